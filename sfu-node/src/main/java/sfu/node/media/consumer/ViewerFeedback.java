package sfu.node.media.consumer;

import java.lang.foreign.MemorySegment;
import sfu.node.media.producer.InboundPacket;
import sfu.node.media.transport.Drop;
import sfu.protocol.rtcp.FullIntraRequest;
import sfu.protocol.rtcp.Nack;
import sfu.protocol.rtcp.PictureLossIndication;
import sfu.protocol.rtcp.ReceiverReport;
import sfu.protocol.rtcp.ReportBlock;
import sfu.protocol.rtcp.Rtcp;
import sfu.protocol.rtcp.RtcpReader;
import sfu.protocol.rtcp.TransportFeedback;
import sfu.protocol.stream.RttEstimator;
import sfu.protocol.stream.TransportWideSender;

/**
 * What a viewer says of what it gets: reports, NACKs (answered from the producer's history), key-frame requests, and
 * transport-wide feedback.
 */
final class ViewerFeedback {
  private static final long UNKNOWN_ROUND_TRIP = 100_000_000L;
  private static final long SECOND_NANOS = 1_000_000_000L;

  /** More packets than a viewer can be sent, at any bit rate that makes sense, with room for repetitions. */
  private static final int MAX_REPORTED_A_SECOND = 50_000;

  private final ConsumerTransport transport;
  private final Retransmissions retransmissions = new Retransmissions();
  private final RtcpReader reader = new RtcpReader();
  private final ReceiverReport report = new ReceiverReport();
  private final ReportBlock block = new ReportBlock();
  private final Nack nack = new Nack();
  private final PictureLossIndication pli = new PictureLossIndication();
  private final FullIntraRequest fir = new FullIntraRequest();
  private final TransportFeedback feedback = new TransportFeedback();
  private final RttEstimator roundTripTime = new RttEstimator();
  private final TransportFeedback.PacketHandler onPacket;
  private long reportedSinceNanos = Long.MIN_VALUE / 2;
  private int reported;
  private final InboundPacket recalled = new InboundPacket();

  ViewerFeedback(ConsumerTransport transport, TransportWideSender transportWide) {
    this.transport = transport;
    this.onPacket = transportWide::onFeedback;
  }

  void onRtcp(MemorySegment segment, long offset, int length, long now) {
    reader.wrap(segment, offset, length);
    while (reader.next()) {
      switch (reader.packetType()) {
        case Rtcp.RECEIVER_REPORT -> onReport(now);
        case Rtcp.TRANSPORT_LAYER_FEEDBACK -> onTransportLayerFeedback(now);
        case Rtcp.PAYLOAD_SPECIFIC_FEEDBACK -> onPayloadSpecificFeedback(now);
        default -> {
          // SDES, BYE, XR: nothing that forwarding depends on.
        }
      }
    }
    if (reader.malformed()) {
      transport.context().counters.drop(Drop.MALFORMED);
    }
  }

  private void onReport(long now) {
    if (!report.wrap(reader)) {
      return;
    }
    for (int i = 0; i < report.reportCount(); i++) {
      report.report(i, block);
      Consumer consumer = transport.bySsrc(block.ssrc());
      if (consumer != null) {
        long roundTrip =
            consumer.roundTrip(block.lastSenderReport(), (int) block.delaySinceLastSenderReport(), now);
        if (roundTrip >= 0) {
          roundTripTime.onSample(roundTrip);
        }
      }
    }
  }

  private void onTransportLayerFeedback(long now) {
    if (nack.wrap(reader)) {
      Consumer consumer = transport.bySsrc(nack.mediaSsrc());
      for (int sequence = nack.next(); consumer != null && sequence >= 0; sequence = nack.next()) {
        if (!retransmissions.hasBudget(now)) {
          transport.context().counters.drop(Drop.OVER_LIMIT);
          return;
        }
        resend(consumer, sequence, now);
      }
    } else if (feedback.wrap(reader)) {
      if (mayReport(feedback.packetCount(), now)) {
        feedback.forEach(onPacket);
        transport.onTransportFeedback(roundTripTime.rttNanos(), now);
      } else {
        transport.context().counters.drop(Drop.OVER_LIMIT);
      }
    }
  }

  /** A message of 40 bytes can tell of 65,535 lost packets: what nobody can have been sent is not read. */
  private boolean mayReport(int packets, long now) {
    if (now - reportedSinceNanos >= SECOND_NANOS) {
      reportedSinceNanos = now;
      reported = 0;
    }
    // What is too much does not count: a forged message is not to cost the genuine ones.
    if (packets > MAX_REPORTED_A_SECOND - reported) {
      return false;
    }
    reported += packets;
    return true;
  }

  private void resend(Consumer consumer, int sequence, long now) {
    if (!retransmissions.isWorthwhile(consumer.ssrc(), sequence, roundTripNanos(), now)) {
      return;
    }
    // What was lost on the way here, and came by retransmission, was sent on late: who asked for it before it can have
    // arrived is about to get it. A quarter off, for a round trip that is shorter than it was.
    long roundTrip = Math.min(roundTripTime.latestNanos(), roundTripTime.rttNanos());
    if (consumer.recall(sequence, now - roundTrip * 3 / 4, recalled) && consumer.resend(sequence, recalled)) {
      retransmissions.sent(consumer.ssrc(), sequence, now);
      transport.context().counters.retransmissions++;
    }
  }

  private long roundTripNanos() {
    return roundTripTime.rttNanos() == 0 ? UNKNOWN_ROUND_TRIP : roundTripTime.rttNanos();
  }

  private void onPayloadSpecificFeedback(long now) {
    if (pli.wrap(reader)) {
      requestKeyFrame(pli.mediaSsrc(), now);
    } else if (fir.wrap(reader)) {
      for (int i = 0; i < fir.count(); i++) {
        requestKeyFrame(fir.ssrc(i), now);
      }
    }
  }

  private void requestKeyFrame(int ssrc, long now) {
    Consumer consumer = transport.bySsrc(ssrc);
    if (consumer != null) {
      consumer.onKeyFrameRequest(now);
    }
  }
}
