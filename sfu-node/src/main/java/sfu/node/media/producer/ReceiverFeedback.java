package sfu.node.media.producer;

import java.lang.foreign.MemorySegment;
import sfu.node.media.transport.Drop;
import sfu.node.media.transport.LoopContext;
import sfu.node.media.transport.TimerHeap;
import sfu.protocol.ortc.MediaKind;
import sfu.protocol.rtcp.ReceiverReport;
import sfu.protocol.rtcp.Remb;
import sfu.protocol.rtcp.ReportBlock;
import sfu.protocol.rtcp.Rtcp;
import sfu.protocol.rtcp.RtcpReader;
import sfu.protocol.rtcp.RtcpWriter;
import sfu.protocol.rtcp.SenderReport;
import sfu.protocol.rtcp.TransportFeedbackWriter;
import sfu.protocol.stream.ReceiveStatistics;
import sfu.protocol.stream.TransportWideReceiver;

/**
 * The RTCP of a client-to-server transport: what the server asks of the client and tells it about what it received
 * (receiver reports, NACK, PLI or FIR, transport-wide feedback, REMB), and the client's sender reports.
 */
final class ReceiverFeedback {
  private static final long REPORT_NANOS = 1_000_000_000L;

  /** A client without an address, its TCP connection gone, has until consent expires to come back from another. */
  private static final long NO_WAY_NANOS = 100_000_000L;

  private static final int MAX_COMPOUND = 1200;

  /** Streams that one REMB names: more than a transport can have. */
  private static final int MAX_REMB_SSRCS = 32;

  private final ProducerTransport transport;
  private final LoopContext context;
  private final StreamTable streams;
  private final long maxBitrateBps;
  private final TransportWideReceiver transportWide = new TransportWideReceiver();
  private final RtcpReader reader = new RtcpReader();
  private final RtcpWriter writer = new RtcpWriter();
  private final TransportFeedbackWriter feedbackWriter = new TransportFeedbackWriter();
  private final StreamRequests requests;
  private final SenderReport senderReport = new SenderReport();
  private final int[] rembSsrcs = new int[MAX_REMB_SSRCS];
  private int transportMediaSsrc;
  private long nextReportNanos = Long.MIN_VALUE;

  ReceiverFeedback(ProducerTransport transport, StreamTable streams, long maxBitrateBps) {
    this.transport = transport;
    this.context = transport.context();
    this.streams = streams;
    this.maxBitrateBps = maxBitrateBps;
    this.requests = new StreamRequests(context.counters);
  }

  // -- from the client -----------------------------------------------------------------------------------------------

  void onRtcp(MemorySegment segment, long offset, int length, long now) {
    reader.wrap(segment, offset, length);
    while (reader.next()) {
      if (reader.packetType() == Rtcp.SENDER_REPORT && senderReport.wrap(reader)) {
        ProducerStream stream = streams.find(senderReport.senderSsrc());
        if (stream != null && stream.ssrc() == senderReport.senderSsrc()) {
          stream.onSenderReport(senderReport.ntpTimestamp(), senderReport.rtpTimestamp(), now);
        }
      }
    }
    if (reader.malformed()) {
      context.counters.drop(Drop.MALFORMED);
    }
  }

  void onTransportSequence(int sequence, int mediaSsrc, int length, long now) {
    transportMediaSsrc = mediaSsrc;
    transportWide.onPacket(sequence, length, now);
    context.timers.scheduleEarlier(transport, TimerHeap.coarse(transportWide.nextDeadlineNanos()));
  }

  /** A stream began: tells the client soon how much it may send in all. */
  void onFirstPacket(long now) {
    nextReportNanos = Math.min(nextReportNanos, now);
    context.timers.scheduleEarlier(transport, now);
  }

  // -- to the client -------------------------------------------------------------------------------------------------

  /** Sends what is due in one datagram, or several if it is much. Returns when something will be due next. */
  long onTimer(long now) {
    long at = transport.reserveFeedback(MAX_COMPOUND);
    if (at < 0) {
      // All that is due stays due: to look at once again would be to look without end.
      return now + NO_WAY_NANOS;
    }
    writer.wrap(context.io.outBuffer(), at, MAX_COMPOUND);
    writeReports(now);
    // Requests before the feedback, which may fill the rest after a backlog.
    writeRequests(now);
    writeTransportFeedback(now);
    if (writer.length() > 0) {
      transport.commitFeedback(at, writer.length());
    }
    return nextDeadline(now);
  }

  private void writeReports(long now) {
    if (now < nextReportNanos) {
      return;
    }
    nextReportNanos = TimerHeap.coarse(now + REPORT_NANOS);
    ReceiverReport.write(writer, StreamRequests.LOCAL_SSRC);
    int rembs = 0;
    for (Producer producer : streams.producers()) {
      if (producer.speaking() != null) {
        producer.speaking().poll(now);
      }
      for (int i = 0; i < producer.layerCount(); i++) {
        ProducerStream stream = producer.layer(i);
        writeReportBlock(stream, now);
        if (stream.isBound() && producer.kind() == MediaKind.VIDEO && rembs < MAX_REMB_SSRCS) {
          rembSsrcs[rembs++] = stream.ssrc();
        }
      }
    }
    if (rembs > 0) {
      Remb.write(writer, StreamRequests.LOCAL_SSRC, maxBitrateBps, rembSsrcs, rembs);
    }
  }

  private void writeReportBlock(ProducerStream stream, long now) {
    ReceiveStatistics statistics = stream.statistics();
    if (stream.isBound() && statistics.prepareReport()) {
      ReportBlock.append(
          writer,
          stream.ssrc(),
          statistics.fractionLost(),
          statistics.cumulativeLost(),
          statistics.extendedHighestSequence(),
          statistics.jitter(),
          stream.senderReport().lastSr(),
          stream.senderReport().delaySinceLastSr(now));
    }
  }

  private void writeTransportFeedback(long now) {
    if (!transportWide.due(now)) {
      return;
    }
    int count = transportWide.prepare();
    if (count > 0) {
      int packets =
          feedbackWriter.write(
              writer,
              StreamRequests.LOCAL_SSRC,
              transportMediaSsrc,
              transportWide.baseSequence(),
              transportWide.arrivalTicks(),
              0,
              count,
              transportWide.feedbackCount());
      if (packets > 0) {
        // What did not fit is due at once again.
        transportWide.reported(packets, now);
      }
    }
  }

  private void writeRequests(long now) {
    for (Producer producer : streams.producers()) {
      requests.write(writer, producer, now);
    }
  }

  private long nextDeadline(long now) {
    long next = Math.min(nextReportNanos, TimerHeap.coarse(transportWide.nextDeadlineNanos()));
    for (Producer producer : streams.producers()) {
      next = Math.min(next, StreamRequests.nextDeadlineNanos(producer));
    }
    return Math.max(next, now);
  }
}
