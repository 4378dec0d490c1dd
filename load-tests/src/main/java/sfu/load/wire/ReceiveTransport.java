package sfu.load.wire;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.agrona.collections.Int2ObjectHashMap;
import sfu.load.client.SfuClient;
import sfu.node.media.transport.TimerHeap;
import sfu.protocol.ortc.TransportConfig;
import sfu.protocol.rtcp.ReceiverReport;
import sfu.protocol.rtcp.Rtcp;
import sfu.protocol.rtcp.RtcpReader;
import sfu.protocol.rtcp.RtcpWriter;
import sfu.protocol.rtcp.SenderReport;
import sfu.protocol.rtcp.TransportFeedbackWriter;
import sfu.protocol.rtp.ExtensionValue;
import sfu.protocol.rtp.RtpPacket;
import sfu.protocol.stream.TransportWideReceiver;

/**
 * What a participant receives on one transport: its consumers, and the reports and transport-wide feedback about them.
 * Confined to its loop.
 */
final class ReceiveTransport extends TimerHeap.Timed implements Endpoint.Media {

  private static final long REPORT_NANOS = 1_000_000_000L;
  private static final int RTCP_BYTES = 1200;

  /** Room that one stream's requests may take. */
  private static final int REQUEST_BYTES = 300;

  private final WireLoop loop;
  private final Endpoint endpoint;
  private final boolean keepsReplaced;
  private final Consumer<String> whenFailed;
  private final List<InboundStream> streams = new ArrayList<>();
  private final Int2ObjectHashMap<InboundStream> bySsrc = new Int2ObjectHashMap<>();
  private final TransportWideReceiver transportWide = new TransportWideReceiver();
  private final TransportFeedbackWriter feedback = new TransportFeedbackWriter();
  private final RtcpWriter writer = new RtcpWriter();
  private final SenderReport senderReport = new SenderReport();
  private long nextReportNanos;
  private boolean closed;
  private long strayPackets;

  /**
   * @param behaviour says whether a stream whose place another takes is kept until that one flows
   * @param whenFailed it ended by itself
   */
  ReceiveTransport(
      WireLoop loop,
      SfuClient client,
      TransportConfig config,
      RandomGenerator random,
      Behaviour behaviour,
      Consumer<String> whenFailed)
      throws IOException {
    this.loop = loop;
    this.keepsReplaced = behaviour.makesBeforeBreak();
    this.whenFailed = whenFailed;
    this.endpoint = Endpoint.open(loop, config, behaviour.patienceNanos(), this);
    this.nextReportNanos = loop.nowNanos() + random.nextLong(REPORT_NANOS);
    CompletableFuture<Void> connected = client.connectStc(Endpoint.dtlsParameters());
    connected.whenCompleteAsync(
        (_, failure) -> {
          if (failure != null) {
            onFailed("CONNECT_STC_TRANSPORT failed: " + failure.getMessage());
          }
        },
        loop);
  }

  /** From now on its packets are known. The stream of the same session and type that was there is replaced. */
  void add(InboundStream stream) {
    InboundStream replaced = find(stream.meter());
    streams.add(stream);
    bySsrc.put(stream.ssrc(), stream);
    if (stream.rtxSsrc() != 0) {
      bySsrc.put(stream.rtxSsrc(), stream);
    }
    if (replaced != null && keepsReplaced) {
      stream.succeeds(replaced);
    } else if (replaced != null) {
      remove(replaced);
    }
  }

  void removeAll(Predicate<InboundStream> which) {
    streams.stream().filter(which).toList().forEach(this::remove);
  }

  private void remove(InboundStream stream) {
    if (streams.remove(stream)) {
      stream.meter().leaves(stream.loss());
      bySsrc.remove(stream.ssrc(), stream);
      bySsrc.remove(stream.rtxSsrc(), stream);
    }
  }

  boolean isConnected() {
    return endpoint.isConnected();
  }

  List<InboundStream> streams() {
    return streams;
  }

  /** The newest consumer that carries what this meter measures, null if there is none. */
  InboundStream find(StreamMeter meter) {
    for (int i = streams.size() - 1; i >= 0; i--) {
      if (streams.get(i).meter() == meter) {
        return streams.get(i);
      }
    }
    return null;
  }

  /** Packets with an SSRC that was never announced, or of a stream that is gone. */
  long strayPackets() {
    return strayPackets;
  }

  @Override
  public void onConnected() {
    loop.timers.schedule(this, nextReportNanos);
  }

  @Override
  public void onRtp(RtpPacket rtp, long nowNanos) {
    InboundStream stream = bySsrc.get(rtp.ssrc());
    if (stream == null) {
      strayPackets++;
      return;
    }
    int numbered = rtp.extensionOffset(stream.transportSequenceId());
    if (numbered >= 0) {
      int sequence = ExtensionValue.readTransportSequence(rtp.segment(), rtp.offset() + numbered);
      transportWide.onPacket(sequence, rtp.length(), nowNanos);
      loop.timers.scheduleEarlier(this, transportWide.due(nowNanos) ? nowNanos : transportWide.nextDeadlineNanos());
    }
    stream.onRtp(rtp, nowNanos);
    InboundStream predecessor = stream.takePredecessor();
    if (predecessor != null) {
      remove(predecessor);
    }
    long deadline = stream.nextDeadlineNanos();
    if (deadline != Long.MAX_VALUE) {
      loop.timers.scheduleEarlier(this, deadline);
    }
  }

  @Override
  public void onRtcp(RtcpReader reader, long nowNanos) {
    if (reader.packetType() == Rtcp.SENDER_REPORT && senderReport.wrap(reader)) {
      InboundStream stream = bySsrc.get(senderReport.senderSsrc());
      if (stream != null) {
        stream.onSenderReport(senderReport.ntpTimestamp(), senderReport.rtpTimestamp(), nowNanos);
      }
    }
  }

  // -- reports and requests ------------------------------------------------------------------------------------------

  @Override
  protected long onTimer(long nowNanos) {
    if (nowNanos >= nextReportNanos) {
      nextReportNanos = nowNanos + REPORT_NANOS;
      report(nowNanos);
    }
    begin();
    long next = nextReportNanos;
    for (int i = 0; i < streams.size(); i++) {
      InboundStream stream = streams.get(i);
      if (stream.nextDeadlineNanos() <= nowNanos) {
        flushUnlessRoomFor(REQUEST_BYTES);
        stream.poll(writer, endpoint.rttNanos(), nowNanos);
      }
      next = Math.min(next, stream.nextDeadlineNanos());
    }
    while (transportWide.due(nowNanos) && transportWide.prepare() > 0 && writeFeedback(nowNanos)) {
      flushUnlessRoomFor(RTCP_BYTES / 2);
    }
    flush();
    return Math.min(next, transportWide.nextDeadlineNanos());
  }

  private boolean writeFeedback(long nowNanos) {
    int written =
        feedback.write(
            writer,
            InboundStream.LOCAL_SSRC,
            streams.isEmpty() ? 0 : streams.getFirst().ssrc(),
            transportWide.baseSequence(),
            transportWide.arrivalTicks(),
            0,
            transportWide.count(),
            transportWide.feedbackCount());
    if (written > 0) {
      transportWide.reported(written, nowNanos);
    }
    return written > 0;
  }

  private void report(long nowNanos) {
    begin();
    ReceiverReport.write(writer, InboundStream.LOCAL_SSRC);
    for (int i = 0; i < streams.size(); i++) {
      InboundStream stream = streams.get(i);
      if (stream.prepareReport() && !stream.report(writer, nowNanos)) {
        flush();
        begin();
        ReceiverReport.write(writer, InboundStream.LOCAL_SSRC);
        stream.report(writer, nowNanos);
      }
    }
    flush();
  }

  private void begin() {
    writer.wrap(endpoint.rtcpBuffer(), 0, RTCP_BYTES);
  }

  private void flush() {
    endpoint.sendRtcp(writer.length());
  }

  private void flushUnlessRoomFor(int bytes) {
    if (writer.remaining() < bytes) {
      flush();
      begin();
    }
  }

  // -- end -----------------------------------------------------------------------------------------------------------

  @Override
  public void onFailed(String reason) {
    if (!closed) {
      close();
      whenFailed.accept("receiving: " + reason);
    }
  }

  void close() {
    if (closed) {
      return;
    }
    closed = true;
    removeAll(_ -> true);
    loop.timers.cancel(this);
    endpoint.close();
  }
}
