package sfu.node.media.sim;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.rtcp.FullIntraRequest;
import sfu.protocol.rtcp.Nack;
import sfu.protocol.rtcp.PictureLossIndication;
import sfu.protocol.rtcp.ReceiverReport;
import sfu.protocol.rtcp.Remb;
import sfu.protocol.rtcp.ReportBlock;
import sfu.protocol.rtcp.Rtcp;
import sfu.protocol.rtcp.RtcpReader;
import sfu.protocol.rtcp.RtcpWriter;
import sfu.protocol.rtcp.SenderReport;
import sfu.protocol.rtcp.TransportFeedback;
import sfu.protocol.rtp.RtpPacket;
import sfu.protocol.stream.NtpTime;
import sfu.protocol.stream.TransportWideSender;

/** A client's sending half: cameras and microphones on one client-to-server transport, and how they answer feedback. */
final class Publisher implements ClientTransport.Media {
  private static final long REPORT_NANOS = VirtualClock.SECOND;

  private final VirtualClock clock;
  private final ClientTransport transport;
  private final List<Source> sources = new ArrayList<>();
  private final Set<Integer> stopped = new HashSet<>();
  private final Nack nack = new Nack();
  private final PictureLossIndication pli = new PictureLossIndication();
  private final FullIntraRequest fir = new FullIntraRequest();
  private final Remb remb = new Remb();
  private final ReceiverReport report = new ReceiverReport();
  private final ReportBlock block = new ReportBlock();
  private final TransportFeedback feedback = new TransportFeedback();
  private final TransportWideSender transportWide = new TransportWideSender((sent, arrived, bytes, again) -> {});
  private long nextReportNanos = Long.MIN_VALUE;
  private int nextMid;

  /** How far the client's wall clock is off. */
  long clockErrorNanos;

  long nackMessages;
  long reportBlocks;
  int worstFractionLost;
  long rembBps;

  Publisher(VirtualClock clock, ClientTransport transport) {
    this.clock = clock;
    this.transport = transport;
    transport.carry(this);
  }

  VirtualClock clock() {
    return clock;
  }

  ClientTransport transport() {
    return transport;
  }

  int nextTransportSequence(int length) {
    return transportWide.onSending(length, clock.getAsLong());
  }

  /** What the worker's feedback said of the packets that were sent. */
  TransportWideSender transportWide() {
    return transportWide;
  }

  SimulatedCamera camera(String producerId, VideoFormat format, int... layerBps) {
    return video(producerId, StreamType.CAMERA, format, layerBps.length > 1, layerBps);
  }

  SimulatedCamera screen(String producerId, VideoFormat format, int... layerBps) {
    return video(producerId, StreamType.SCREEN, format, layerBps.length > 1, layerBps);
  }

  SimulatedCamera video(
      String producerId, StreamType type, VideoFormat format, boolean byRid, int... layerBps) {
    String mid = Integer.toString(nextMid++);
    SimulatedCamera camera = new SimulatedCamera(this, producerId, type, format, mid, byRid, layerBps);
    sources.add(camera);
    return camera;
  }

  SimulatedMicrophone microphone(String producerId) {
    SimulatedMicrophone microphone =
        new SimulatedMicrophone(this, producerId, Integer.toString(nextMid++), producerId.hashCode());
    sources.add(microphone);
    return microphone;
  }

  boolean sends(Source source) {
    return sources.contains(source);
  }

  /** Ceases to send it. */
  void stop(Source source) {
    source.streams().forEach(stream -> stopped.add(stream.ssrc));
    sources.remove(source);
  }

  /** What the wall clock of this client shows. */
  long wallNanos() {
    return clock.wallNanos() + clockErrorNanos;
  }

  @Override
  public void tick(long nowNanos) {
    for (Source source : sources) {
      source.tick(nowNanos);
    }
    if (nowNanos >= nextReportNanos) {
      nextReportNanos = nowNanos + REPORT_NANOS;
      report(nowNanos);
    }
  }

  private void report(long now) {
    for (Source source : sources) {
      for (SentStream stream : source.streams()) {
        if (stream.packets > 0) {
          byte[] bytes = new byte[28];
          RtcpWriter writer = new RtcpWriter().wrap(MemorySegment.ofArray(bytes), 0, bytes.length);
          SenderReport.write(
              writer, stream.ssrc, NtpTime.ofUnixNanos(wallNanos()), stream.timestampAt(now), stream.packets,
              stream.bytes);
          transport.sendRtcp(Arrays.copyOf(bytes, writer.length()));
        }
      }
    }
  }

  @Override
  public void onRtp(RtpPacket rtp, long nowNanos) {
    throw new AssertionError("media on a transport that only sends");
  }

  @Override
  public void onRtcp(RtcpReader reader, long nowNanos) {
    switch (reader.packetType()) {
      case Rtcp.RECEIVER_REPORT -> onReport(reader);
      case Rtcp.TRANSPORT_LAYER_FEEDBACK -> {
        if (nack.wrap(reader)) {
          onNack();
        } else if (feedback.wrap(reader)) {
          feedback.forEach(transportWide::onFeedback);
        }
      }
      case Rtcp.PAYLOAD_SPECIFIC_FEEDBACK -> {
        if (pli.wrap(reader)) {
          onKeyFrameRequest(pli.mediaSsrc(), nowNanos);
        } else if (fir.wrap(reader)) {
          onKeyFrameRequest(fir.ssrc(0), nowNanos);
        } else if (remb.wrap(reader)) {
          rembBps = remb.bitrateBps();
        }
      }
      default -> throw new AssertionError("RTCP of type " + reader.packetType());
    }
  }

  private void onReport(RtcpReader reader) {
    if (report.wrap(reader)) {
      for (int i = 0; i < report.reportCount(); i++) {
        report.report(i, block);
        reportBlocks++;
        SentStream stream = find(block.ssrc());
        if (stream != null) {
          stream.reported = true;
        }
        worstFractionLost = Math.max(worstFractionLost, block.fractionLost());
      }
    }
  }

  private void onNack() {
    nackMessages++;
    SentStream stream = find(nack.mediaSsrc());
    if (stream == null) {
      return;
    }
    for (int sequence = nack.next(); sequence >= 0; sequence = nack.next()) {
      stream.onNack(sequence);
    }
  }

  private void onKeyFrameRequest(int ssrc, long now) {
    SentStream stream = find(ssrc);
    if (stream == null) {
      return;
    }
    stream.keyFrameRequests++;
    if (stream.firstKeyFrameRequestNanos == 0) {
      stream.firstKeyFrameRequestNanos = now;
    }
    for (Source source : sources) {
      if (source.streams().contains(stream)) {
        source.onKeyFrameRequest(stream);
      }
    }
  }

  /** Null if it was stopped while feedback was on its way. */
  private SentStream find(int ssrc) {
    for (Source source : sources) {
      for (SentStream stream : source.streams()) {
        if (stream.ssrc == ssrc) {
          return stream;
        }
      }
    }
    if (!stopped.contains(ssrc)) {
      throw new AssertionError("feedback for an SSRC that nobody sends: " + ssrc);
    }
    return null;
  }
}
