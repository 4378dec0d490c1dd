package sfu.node.media.sim;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import sfu.protocol.rtcp.FullIntraRequest;
import sfu.protocol.rtcp.Nack;
import sfu.protocol.rtcp.PictureLossIndication;
import sfu.protocol.rtcp.ReceiverReport;
import sfu.protocol.rtcp.ReportBlock;
import sfu.protocol.rtcp.Rtcp;
import sfu.protocol.rtcp.RtcpReader;
import sfu.protocol.rtcp.RtcpWriter;
import sfu.protocol.rtcp.SenderReport;
import sfu.protocol.rtcp.TransportFeedbackWriter;
import sfu.protocol.rtp.ExtensionValue;
import sfu.protocol.rtp.RtpPacket;
import sfu.protocol.stream.TransportWideReceiver;

/** A client's receiving half: the streams on one server-to-client transport, and the feedback on them. */
final class Viewer implements ClientTransport.Media {
  private static final int LOCAL_SSRC = 1;
  private static final int MAX_COMPOUND = 1200;
  private static final long REPORT_NANOS = VirtualClock.SECOND;

  private final VirtualClock clock;
  private final ClientTransport transport;
  private final List<ReceivedStream> streams = new ArrayList<>();
  private final TransportWideReceiver transportWide = new TransportWideReceiver();
  private final TransportFeedbackWriter feedbackWriter = new TransportFeedbackWriter();
  private final SenderReport senderReport = new SenderReport();
  private final byte[] compound = new byte[MAX_COMPOUND];
  private final RtcpWriter writer = new RtcpWriter();
  private final int[] nacks = new int[128];
  private final Map<Integer, Long> unknown = new HashMap<>();
  private long nextReportNanos = Long.MIN_VALUE;

  /** What the viewer believes the round trip to be. */
  long rttNanos = 40 * VirtualClock.MILLI;

  /** Off: a viewer that never asks for anything again. */
  boolean repairs = true;

  long nackMessages;
  long senderReports;

  Viewer(VirtualClock clock, ClientTransport transport) {
    this.clock = clock;
    this.transport = transport;
    transport.carry(this);
  }

  ClientTransport transport() {
    return transport;
  }

  void add(ReceivedStream stream) {
    streams.add(stream);
  }

  int nextMid() {
    return streams.size();
  }

  /** Packets of SSRCs that the viewer was not told of. */
  Map<Integer, Long> unknown() {
    return unknown;
  }

  @Override
  public void onRtp(RtpPacket rtp, long nowNanos) {
    if (rtp.hasExtension(Extensions.TRANSPORT_WIDE_CC)) {
      int at = rtp.extensionOffset(Extensions.TRANSPORT_WIDE_CC);
      transportWide.onPacket(
          ExtensionValue.readTransportSequence(rtp.segment(), rtp.offset() + at), rtp.length(), nowNanos);
    }
    for (ReceivedStream stream : streams) {
      if (stream.isOurs(rtp.ssrc())) {
        stream.onPacket(rtp, nowNanos);
        return;
      }
    }
    unknown.merge(rtp.ssrc(), 1L, Long::sum);
  }

  @Override
  public void onRtcp(RtcpReader reader, long nowNanos) {
    if (reader.packetType() == Rtcp.SENDER_REPORT && senderReport.wrap(reader)) {
      for (ReceivedStream stream : streams) {
        if (stream.ssrc == senderReport.senderSsrc()) {
          senderReports++;
          stream.senderReport.onSenderReport(
              senderReport.ntpTimestamp(), senderReport.rtpTimestamp(), nowNanos);
        }
      }
    }
  }

  @Override
  public void tick(long nowNanos) {
    writer.wrap(MemorySegment.ofArray(compound), 0, MAX_COMPOUND);
    if (nowNanos >= nextReportNanos) {
      nextReportNanos = nowNanos + REPORT_NANOS;
      writeReport(nowNanos);
    }
    if (repairs) {
      streams.forEach(stream -> writeRequests(stream, nowNanos));
    }
    writeTransportFeedback(nowNanos);
    send();
  }

  private void writeReport(long now) {
    ReceiverReport.write(writer, LOCAL_SSRC);
    for (ReceivedStream stream : streams) {
      if (stream.statistics.prepareReport()) {
        ReportBlock.append(
            writer,
            stream.ssrc,
            stream.statistics.fractionLost(),
            stream.statistics.cumulativeLost(),
            stream.statistics.extendedHighestSequence(),
            stream.statistics.jitter(),
            stream.senderReport.lastSr(),
            stream.senderReport.delaySinceLastSr(now));
      }
    }
  }

  private void writeRequests(ReceivedStream stream, long now) {
    int count = stream.nack.poll(now, rttNanos, nacks);
    if (count > 0 && !stream.isAudio()) {
      nackMessages++;
      Nack.write(writer, LOCAL_SSRC, stream.ssrc, nacks, 0, count);
    }
    if (stream.isStuck(now)) {
      stream.keyFrames.request(now);
    }
    if (stream.keyFrames.poll(now, rttNanos)) {
      stream.keyFrameRequests++;
      PictureLossIndication.write(writer, LOCAL_SSRC, stream.ssrc);
    }
  }

  private void writeTransportFeedback(long now) {
    if (transportWide.due(now) && !streams.isEmpty()) {
      int count = transportWide.prepare();
      int written =
          feedbackWriter.write(
              writer, LOCAL_SSRC, streams.getFirst().ssrc, transportWide.baseSequence(),
              transportWide.arrivalTicks(), 0, count, transportWide.feedbackCount());
      if (written > 0) {
        transportWide.reported(written, now);
      }
    }
  }

  /** Asks for packets again, now, whatever the usual ways think. */
  void sendNack(ReceivedStream stream, int... sequences16) {
    writer.wrap(MemorySegment.ofArray(compound), 0, MAX_COMPOUND);
    Nack.write(writer, LOCAL_SSRC, stream.ssrc, sequences16, 0, sequences16.length);
    send();
  }

  /** Asks for a key frame, now, whatever the usual ways think. */
  void sendPli(ReceivedStream stream) {
    writer.wrap(MemorySegment.ofArray(compound), 0, MAX_COMPOUND);
    PictureLossIndication.write(writer, LOCAL_SSRC, stream.ssrc);
    send();
  }

  /** The same by the other message for it (RFC 5104). */
  void sendFir(ReceivedStream stream, int number) {
    writer.wrap(MemorySegment.ofArray(compound), 0, MAX_COMPOUND);
    FullIntraRequest.write(writer, LOCAL_SSRC, stream.ssrc, number);
    send();
  }

  private void send() {
    if (writer.length() > 0) {
      transport.sendRtcp(Arrays.copyOf(compound, writer.length()));
    }
  }
}
