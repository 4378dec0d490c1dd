package sfu.node.media.relay;

import java.lang.foreign.MemorySegment;
import sfu.protocol.rtcp.FullIntraRequest;
import sfu.protocol.rtcp.Nack;
import sfu.protocol.rtcp.PictureLossIndication;
import sfu.protocol.rtcp.RelayReport;
import sfu.protocol.rtcp.RelayWants;
import sfu.protocol.rtcp.Rtcp;
import sfu.protocol.rtcp.RtcpReader;

/** Hands what comes on a link as RTCP to whom it is about: each message names its relay or stream. */
final class LinkFeedback {
  private final RelayTransport link;
  private final RtcpReader reader = new RtcpReader();
  private final RelayReport report = new RelayReport();
  private final RelayWants wants = new RelayWants();
  private final Nack nack = new Nack();
  private final PictureLossIndication pli = new PictureLossIndication();
  private final FullIntraRequest fir = new FullIntraRequest();

  LinkFeedback(RelayTransport link) {
    this.link = link;
  }

  void onRtcp(MemorySegment segment, long offset, int length, long now) {
    reader.wrap(segment, offset, length);
    while (reader.next()) {
      switch (reader.packetType()) {
        case Rtcp.APPLICATION_DEFINED -> onRelayMessage(now);
        case Rtcp.TRANSPORT_LAYER_FEEDBACK -> onNack(now);
        case Rtcp.PAYLOAD_SPECIFIC_FEEDBACK -> onKeyFrameRequest(now);
        default -> {
          // Nothing else is said on a link.
        }
      }
    }
  }

  private void onRelayMessage(long now) {
    if (report.wrap(reader)) {
      RelayedProducer relayed = link.receiver().producer(report.relay());
      if (relayed != null) {
        relayed.onReport(report, now);
      }
    } else if (wants.wrap(reader)) {
      RelayLayer lowest = link.sender().layer(wants.relay());
      if (lowest != null) {
        lowest.source().onWants(wants, now);
      }
    }
  }

  private void onNack(long now) {
    RelayLayer layer = nack.wrap(reader) ? link.sender().layer(nack.mediaSsrc()) : null;
    if (layer != null) {
      for (int sequence = nack.next(); sequence >= 0; sequence = nack.next()) {
        layer.resend(sequence, now);
      }
    }
  }

  private void onKeyFrameRequest(long now) {
    if (pli.wrap(reader)) {
      requestKeyFrame(pli.mediaSsrc(), now);
    } else if (fir.wrap(reader)) {
      for (int i = 0; i < fir.count(); i++) {
        requestKeyFrame(fir.ssrc(i), now);
      }
    }
  }

  private void requestKeyFrame(int ssrc, long now) {
    RelayLayer layer = link.sender().layer(ssrc);
    if (layer != null) {
      layer.onKeyFrameRequest(now);
    }
  }
}
