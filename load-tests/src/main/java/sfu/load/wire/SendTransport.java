package sfu.load.wire;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import sfu.load.client.SfuClient;
import sfu.node.media.transport.TimerHeap;
import sfu.protocol.ortc.RtpCapabilities;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.ortc.TransportConfig;
import sfu.protocol.rtcp.FullIntraRequest;
import sfu.protocol.rtcp.Nack;
import sfu.protocol.rtcp.PictureLossIndication;
import sfu.protocol.rtcp.ReceiverReport;
import sfu.protocol.rtcp.ReportBlock;
import sfu.protocol.rtcp.Rtcp;
import sfu.protocol.rtcp.RtcpReader;
import sfu.protocol.rtcp.RtcpWriter;
import sfu.protocol.rtp.RtpPacket;

/**
 * What a participant sends on one transport: announces its sources, gives each an outlet, and answers what the server
 * asks of them. Confined to its loop.
 */
final class SendTransport extends TimerHeap.Timed implements Endpoint.Media {

  private static final long REPORT_NANOS = 1_000_000_000L;
  private static final int RTCP_BYTES = 1200;
  private static final int SDES_BYTES = 64;
  private static final int REPORT_BYTES = 28 + SDES_BYTES;

  private final WireLoop loop;
  private final SfuClient client;
  private final String cname;
  private final byte[] cnameBytes;
  private final RandomGenerator random;
  private final Consumer<String> whenFailed;
  private final Endpoint endpoint;
  private final List<Source> sources;
  private final List<Outlet> outlets = new ArrayList<>();
  private final RtcpWriter writer = new RtcpWriter();
  private final ReceiverReport report = new ReceiverReport();
  private final ReportBlock block = new ReportBlock();
  private final Nack nack = new Nack();
  private final PictureLossIndication pli = new PictureLossIndication();
  private final FullIntraRequest fir = new FullIntraRequest();
  private int accepted;
  private long readyNanos;
  private boolean closed;
  private long nacks;
  private long keyFrameRequests;

  /** {@code whenFailed}: it ended by itself. */
  SendTransport(
      WireLoop loop,
      SfuClient client,
      TransportConfig config,
      Collection<? extends Source> sources,
      String cname,
      RandomGenerator random,
      Behaviour behaviour,
      Consumer<String> whenFailed)
      throws IOException {
    this.loop = loop;
    this.client = client;
    this.cname = cname;
    this.cnameBytes = StreamNumbers.ascii(cname);
    this.random = random;
    this.whenFailed = whenFailed;
    this.sources = List.copyOf(sources);
    this.endpoint = Endpoint.open(loop, config, behaviour.patienceNanos(), this);
  }

  /** Announces everything. */
  void announce(RtpCapabilities router) {
    CompletableFuture<Void> connected = client.connectCts(Endpoint.dtlsParameters());
    for (int i = 0; i < sources.size(); i++) {
      announce(sources.get(i), router, Integer.toString(i));
    }
    connected.whenCompleteAsync((_, failure) -> failIf(failure, "CONNECT_CTS_TRANSPORT"), loop);
  }

  private void announce(Source source, RtpCapabilities router, String mid) {
    int ssrc = random.nextInt(1, Integer.MAX_VALUE - 2 * StreamMeter.MAX_LAYERS);
    RtpParameters parameters;
    int layers;
    switch (source) {
      case Microphone _ -> {
        parameters = WireParameters.audio(router, mid, ssrc, cname);
        layers = 1;
      }
      case Camera camera -> {
        parameters = WireParameters.video(router, mid, ssrc, camera.settings(), cname);
        layers = camera.settings().layers();
      }
    }
    StreamNumbers numbers = StreamNumbers.of(parameters);
    List<OutboundStream> streams = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      byte[] rid = StreamNumbers.ascii(layers > 1 ? WireParameters.rid(layer) : "");
      streams.add(new OutboundStream(endpoint, loop.scratch, numbers, rid, ssrc + 2 * layer, random));
    }
    Outlet outlet = new Outlet(source.type(), streams);
    outlets.add(outlet);
    client
        .initProducer(source.type(), parameters)
        .whenCompleteAsync((_, failure) -> onAnnounced(failure, source), loop);
  }

  private void onAnnounced(Throwable failure, Source source) {
    failIf(failure, "INIT_PRODUCER");
    if (closed) {
      return;
    }
    if (source.isPaused()) {
      client.changeProduction(source.type(), false);
    }
    accepted++;
    sendIfReady();
  }

  @Override
  public void onConnected() {
    loop.timers.schedule(this, loop.nowNanos() + random.nextLong(REPORT_NANOS));
    sendIfReady();
  }

  private void sendIfReady() {
    if (isReady()) {
      readyNanos = loop.nowNanos();
      for (int i = 0; i < sources.size(); i++) {
        sources.get(i).attach(outlets.get(i), readyNanos);
      }
    }
  }

  private void failIf(Throwable failure, String what) {
    if (failure != null) {
      onFailed(what + " failed: " + failure.getMessage());
    }
  }

  /** Whether all is sent. */
  boolean isReady() {
    return !closed && endpoint.isConnected() && accepted == sources.size();
  }

  /** Since when all is sent; means nothing before. */
  long readyNanos() {
    return readyNanos;
  }

  // -- reports -------------------------------------------------------------------------------------------------------

  @Override
  protected long onTimer(long nowNanos) {
    long wallNanos = System.currentTimeMillis() * 1_000_000;
    writer.wrap(endpoint.rtcpBuffer(), 0, RTCP_BYTES);
    for (Outlet outlet : outlets) {
      for (OutboundStream stream : outlet.layers()) {
        if (writer.remaining() < REPORT_BYTES) {
          endpoint.sendRtcp(writer.length());
          writer.wrap(endpoint.rtcpBuffer(), 0, RTCP_BYTES);
        }
        stream.report(writer, cnameBytes, wallNanos, nowNanos);
      }
    }
    endpoint.sendRtcp(writer.length());
    return nowNanos + REPORT_NANOS;
  }

  @Override
  public void onRtp(RtpPacket rtp, long nowNanos) {
    // A server has no media for a transport that only sends; probes with nothing in them are of no interest.
  }

  @Override
  public void onRtcp(RtcpReader reader, long nowNanos) {
    switch (reader.packetType()) {
      case Rtcp.RECEIVER_REPORT -> onReport(reader);
      case Rtcp.TRANSPORT_LAYER_FEEDBACK -> {
        if (nack.wrap(reader)) {
          onNack(nowNanos);
        }
      }
      case Rtcp.PAYLOAD_SPECIFIC_FEEDBACK -> {
        if (pli.wrap(reader)) {
          onKeyFrameRequest(pli.mediaSsrc());
        } else if (fir.wrap(reader)) {
          for (int i = 0; i < fir.count(); i++) {
            onKeyFrameRequest(fir.ssrc(i));
          }
        }
      }
      // Bit rates are fixed here: what the server estimates changes nothing.
      default -> {}
    }
  }

  private void onReport(RtcpReader reader) {
    if (report.wrap(reader)) {
      for (int i = 0; i < report.reportCount(); i++) {
        report.report(i, block);
        OutboundStream stream = find(block.ssrc());
        if (stream != null) {
          stream.onReported();
        }
      }
    }
  }

  private void onNack(long nowNanos) {
    OutboundStream stream = find(nack.mediaSsrc());
    if (stream != null) {
      for (int missed = nack.next(); missed >= 0; missed = nack.next()) {
        nacks++;
        stream.onNack(missed, nowNanos);
      }
    }
  }

  private void onKeyFrameRequest(int ssrc) {
    for (int i = 0; i < outlets.size(); i++) {
      int layer = outlets.get(i).layerOf(ssrc);
      if (layer >= 0) {
        keyFrameRequests++;
        sources.get(i).onKeyFrameRequest(layer);
      }
    }
  }

  private OutboundStream find(int ssrc) {
    for (int i = 0; i < outlets.size(); i++) {
      int layer = outlets.get(i).layerOf(ssrc);
      if (layer >= 0) {
        return outlets.get(i).layers().get(layer);
      }
    }
    return null;
  }

  /** Packets asked for again, and key frames asked for, by the server. */
  long nacks() {
    return nacks;
  }

  long keyFrameRequests() {
    return keyFrameRequests;
  }

  // -- end -----------------------------------------------------------------------------------------------------------

  @Override
  public void onFailed(String reason) {
    if (!closed) {
      close();
      whenFailed.accept("sending: " + reason);
    }
  }

  void close() {
    if (closed) {
      return;
    }
    closed = true;
    loop.timers.cancel(this);
    for (int i = 0; i < outlets.size(); i++) {
      sources.get(i).detach(outlets.get(i));
      outlets.get(i).close();
    }
    endpoint.close();
  }
}
