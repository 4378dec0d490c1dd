package sfu.node.media.consumer;

import java.util.List;
import sfu.node.media.producer.ProducerStream;
import sfu.node.media.transport.LoopContext;
import sfu.node.media.transport.TimerHeap;
import sfu.protocol.rtcp.RtcpWriter;
import sfu.protocol.rtcp.SenderReport;
import sfu.protocol.rtcp.SourceDescription;
import sfu.protocol.stream.NtpTime;

/**
 * Tells a viewer which RTP time of its streams is which wall clock time (RFC 3550, 6.4.1). The wall clock is the
 * producing client's, so that its audio and its video stay together whatever the network did to their reports.
 */
final class SenderReports {
  private static final long PERIOD_NANOS = 1_000_000_000L;
  private static final int MAX_COMPOUND = 1200;

  private final ConsumerTransport transport;
  private final LoopContext context;
  private final RtcpWriter writer = new RtcpWriter();
  private long nextNanos = Long.MIN_VALUE;

  SenderReports(ConsumerTransport transport) {
    this.transport = transport;
    this.context = transport.context();
  }

  /** Sends reports if it is time. Returns when it will be again. */
  long onTimer(long now) {
    if (now < nextNanos) {
      return nextNanos;
    }
    nextNanos = TimerHeap.coarse(now + PERIOD_NANOS);
    List<Consumer> consumers = transport.consumers();
    int next = 0;
    while (next < consumers.size()) {
      long at = transport.reserveReport(MAX_COMPOUND);
      if (at < 0) {
        break;
      }
      writer.wrap(context.io.outBuffer(), at, MAX_COMPOUND);
      int before = next;
      while (next < consumers.size() && write(consumers.get(next), now)) {
        next++;
      }
      if (writer.length() > 0) {
        transport.commitReport(at, writer.length());
      }
      if (next == before) {
        break;
      }
    }
    return nextNanos;
  }

  /** Appends a consumer's report, if it has something to report. Returns false if there was no room. */
  private boolean write(Consumer consumer, long now) {
    ProducerStream stream = consumer.current();
    if (stream == null || !consumer.isFlowing() || !stream.senderReport().isKnown()) {
      return true;
    }
    if (writer.remaining() < 28 + 12 + consumer.cname().length) {
      return false;
    }
    long senderNanos = stream.senderNanosAt(now);
    long ntp = NtpTime.ofUnixNanos(senderNanos);
    StreamRewriter rewriter = consumer.rewriter();
    int rtp = rewriter.timestamp(rewriter.currentSpan(), stream.senderReport().timestampAt(senderNanos));
    SenderReport.write(writer, consumer.ssrc(), ntp, rtp, consumer.packetsSent(), consumer.bytesSent());
    SourceDescription.write(writer, consumer.ssrc(), consumer.cname());
    consumer.reported(NtpTime.compact(ntp), now);
    return true;
  }
}
