package sfu.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import sfu.protocol.rtcp.Nack;
import sfu.protocol.rtcp.RtcpReader;
import sfu.protocol.rtcp.RtcpWriter;
import sfu.protocol.rtcp.TransportFeedback;
import sfu.protocol.rtcp.TransportFeedbackWriter;
import sfu.protocol.rtp.Packets;
import sfu.protocol.rtp.RtpHeaderWriter;
import sfu.protocol.rtp.RtpPacket;

class PacketPathAllocationTest {
  private static final int ROUNDS = 20_000;

  private final MemorySegment source =
      Packets.hex("90e5 1234 01020304 cafebabe bede0002 11beef 22aabbcc 00 90e0 9234 56 20 1002009d012a 0005 d002 0000");
  private final MemorySegment out = Packets.of(new byte[1500]);
  private final RtpPacket packet = new RtpPacket();
  private final PayloadParser parser = PayloadParser.forMimeType("video/VP8");
  private final PayloadInfo info = new PayloadInfo();
  private final RtpHeaderWriter headerWriter = new RtpHeaderWriter();
  private final RtcpReader reader = new RtcpReader();
  private final RtcpWriter writer = new RtcpWriter();
  private final Nack nack = new Nack();
  private final int[] missing = {1, 2, 30};
  private final TransportFeedback feedback = new TransportFeedback();
  private final TransportFeedbackWriter feedbackWriter = new TransportFeedbackWriter();
  private final TransportFeedback.PacketHandler handler = this::count;
  private final long[] arrivals = {100, -1, 101, 900, 901};
  private long checksum;

  private void count(int sequence, boolean received, long arrivalTicks) {
    checksum += arrivalTicks;
  }

  @Test
  void packetsAreForwardedAndReportedWithoutGarbage() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    run();
    long before = threads.getCurrentThreadAllocatedBytes();
    run();
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(bytes).as("bytes allocated in %d rounds", ROUNDS).isLessThan(ROUNDS / 10);
    assertThat(checksum).isNotZero();
  }

  private void run() {
    for (int i = 0; i < ROUNDS; i++) {
      forward(i);
      report(i);
    }
  }

  private void forward(int round) {
    int length = (int) source.byteSize();
    packet.wrapHeader(source, 0, length);
    packet.rewrap(source, 0, length);
    long payload = packet.payloadOffset();
    parser.parse(source, payload, packet.payloadLength(), info);
    headerWriter.begin(out, 0, 100, packet.marker(), 101, round, packet.timestamp(), 7);
    headerWriter.appendExtension(4, source, packet.extensionOffset(2), packet.extensionLength(2));
    headerWriter.appendExtension(5, 2);
    int header = headerWriter.end();
    checksum += header + parser.rewrite(source, payload, info, out, header, round, round);
  }

  private void report(int round) {
    writer.wrap(out, 0, 1200);
    Nack.write(writer, 1, 2, missing, 0, missing.length);
    feedbackWriter.write(writer, 1, 2, round, arrivals, 0, arrivals.length, round);
    reader.wrap(out, 0, writer.length());
    while (reader.next()) {
      if (nack.wrap(reader)) {
        for (int sequence = nack.next(); sequence >= 0; sequence = nack.next()) {
          checksum += sequence;
        }
      } else if (feedback.wrap(reader)) {
        feedback.forEach(handler);
      }
    }
  }
}
