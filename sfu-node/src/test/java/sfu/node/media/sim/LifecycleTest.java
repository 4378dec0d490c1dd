package sfu.node.media.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import sfu.node.media.MediaCommand;
import sfu.node.media.MediaCommand.Direction;
import sfu.node.media.MediaReply;
import sfu.node.media.transport.Drop;
import sfu.protocol.dtls.DtlsRole;

/** Joining, pausing, leaving: what flows when, and how many key frames it takes. */
class LifecycleTest {
  @Test
  void whoJoinsInMidCallBeginsWithTheFirstPacketOfAKeyFrame() {
    try (SimulatedCall call = new SimulatedCall()) {
      SimulatedCamera camera = camera(call);
      call.runMillis(2_000);
      Viewer viewer = call.viewer();
      long joinedNanos = call.now();
      ReceivedStream stream = call.watch(viewer, camera);
      call.runMillis(1_000);

      assertThat(stream.firstStamp.keyFrame()).isTrue();
      assertThat(stream.firstStamp.index()).isZero();
      assertThat(camera.keyFrameRequests()).isEqualTo(1);
      assertThat(stream.firstDecodedSince(joinedNanos).atNanos() - joinedNanos).isLessThan(100 * VirtualClock.MILLI);
      assertThat(stream.keyFrameRequests).isZero();
    }
  }

  @Test
  void whatComesBeforeItsProducerIsAnnouncedCountsAsArrivedAndCostsOneKeyFrame() {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      SimulatedCamera early = publisher.camera("first", VideoFormat.VP8, 500_000);
      call.produce(publisher, early);
      SimulatedCamera camera = publisher.camera("camera", VideoFormat.VP8, 150_000, 500_000, 1_500_000);
      call.runMillis(500);
      assertThat(call.counters().drops(Drop.UNKNOWN_STREAM)).isPositive();
      call.produce(publisher, camera);
      ReceivedStream stream = call.watch(call.viewer(), camera);
      long announcedNanos = call.now();
      call.runMillis(2_000);
      assertThat(publisher.transportWide().lost()).isZero();
      assertThat(stream.decoded.getFirst().atNanos() - announcedNanos).isLessThan(150 * VirtualClock.MILLI);
      assertThat(stream.lastLayer()).isEqualTo(2);
      assertThat(camera.keyFrameRequests()).isLessThanOrEqualTo(2);
    }
  }

  @Test
  void manyWhoJoinAtOnceCostOneKeyFrame() {
    try (SimulatedCall call = new SimulatedCall()) {
      SimulatedCamera camera = camera(call);
      List<Viewer> viewers = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        viewers.add(call.viewer());
      }
      call.runMillis(2_000);
      List<ReceivedStream> streams = new ArrayList<>();
      for (Viewer viewer : viewers) {
        streams.add(call.watch(viewer, camera));
        call.runMillis(2);
      }
      call.runMillis(1_000);

      assertThat(streams).allMatch(stream -> stream.decoded.size() >= 20);
      assertThat(camera.keyFrameRequests()).isEqualTo(1);
    }
  }

  @Test
  void aConsumerThatIsOpenBeforeItsTransportConnectsBeginsWithAKeyFrame() {
    try (SimulatedCall call = new SimulatedCall()) {
      SimulatedCamera camera = camera(call);
      Viewer viewer = new Viewer(call.clock, call.open(SimulatedCall.CHANNEL, Direction.STC, call.wire()));
      ReceivedStream stream = call.watch(viewer, camera);
      call.runMillis(2_000);
      assertThat(camera.keyFrameRequests()).isZero();

      call.connect(viewer.transport(), DtlsRole.CLIENT);
      call.runMillis(1_000);
      assertThat(stream.firstStamp.keyFrame()).isTrue();
      assertThat(stream.decoded).hasSizeGreaterThan(20);
      assertThat(stream.keyFrameRequests).isZero();
      assertThat(camera.keyFrameRequests()).isEqualTo(1);
    }
  }

  @Test
  void aConsumerThatIsNeverPausedBeginsWithAKeyFrame() {
    try (SimulatedCall call = new SimulatedCall()) {
      SimulatedCamera camera = camera(call);
      Viewer viewer = call.viewer();
      call.runMillis(2_000);
      ReceivedStream stream = call.prepare(viewer, camera, false);
      call.runMillis(1_000);
      assertThat(stream.decoded).hasSizeGreaterThan(20);
      assertThat(camera.keyFrameRequests()).isEqualTo(1);
    }
  }

  @Test
  void nothingFlowsWhileAConsumerIsPausedAndAKeyFrameResumesIt() {
    try (SimulatedCall call = new SimulatedCall()) {
      SimulatedCamera camera = CleanNetworkTest.simulcast(call, call.publisher(), "camera");
      Viewer viewer = call.viewer();
      ReceivedStream stream = call.watch(viewer, camera);
      call.runMillis(2_000);
      call.tell(new MediaCommand.PauseConsumer(stream.consumerId, true));
      call.runMillis(100);
      long packets = stream.packets;
      call.runMillis(1_000);
      assertThat(stream.packets).isEqualTo(packets);

      long requests = camera.keyFrameRequests();
      long resumedNanos = call.now();
      call.tell(new MediaCommand.PauseConsumer(stream.consumerId, false));
      call.runMillis(1_000);
      assertThat(stream.firstDecodedSince(resumedNanos).stamp().keyFrame()).isTrue();
      assertThat(stream.firstDecodedSince(resumedNanos).atNanos() - resumedNanos)
          .isLessThan(100 * VirtualClock.MILLI);
      assertThat(camera.keyFrameRequests() - requests).isEqualTo(1);
      assertThat(stream.missing()).isZero();
      assertThat(viewer.nackMessages).isZero();
      stream.checkSeams();
    }
  }

  @Test
  void aPausedProducerIsReceivedButNotForwarded() {
    try (SimulatedCall call = new SimulatedCall()) {
      SimulatedCamera camera = camera(call);
      Viewer viewer = call.viewer();
      ReceivedStream stream = call.watch(viewer, camera);
      call.runMillis(2_000);
      call.tell(new MediaCommand.PauseProducer(camera.producerId(), true));
      call.runMillis(100);
      long packets = stream.packets;
      call.runMillis(2_000);
      assertThat(stream.packets).isEqualTo(packets);
      MediaReply.ChannelBitRates rates =
          (MediaReply.ChannelBitRates) call.ask(to -> new MediaCommand.GetBitRates(SimulatedCall.CHANNEL, to));
      assertThat(rates.camera()).isGreaterThan(800_000);

      long requests = camera.keyFrameRequests();
      long resumedNanos = call.now();
      call.tell(new MediaCommand.PauseProducer(camera.producerId(), false));
      call.runMillis(1_000);
      assertThat(stream.firstDecodedSince(resumedNanos).atNanos() - resumedNanos)
          .isLessThan(100 * VirtualClock.MILLI);
      assertThat(camera.keyFrameRequests() - requests).isEqualTo(1);
      assertThat(stream.missing()).isZero();
      stream.checkSeams();
    }
  }

  @Test
  void aViewerThatAsksTwiceWithinARoundTripIsAnsweredOnce() {
    try (SimulatedCall call = new SimulatedCall()) {
      SimulatedCamera camera = camera(call);
      Viewer viewer = call.viewer();
      ReceivedStream stream = call.watch(viewer, camera);
      call.runMillis(3_000);
      int lately = stream.recentSequence(20);
      viewer.sendNack(stream, lately);
      call.runMillis(5);
      viewer.sendNack(stream, lately);
      call.runMillis(5);
      viewer.sendNack(stream, lately);
      call.runMillis(200);
      assertThat(call.counters().retransmissions).isEqualTo(1);

      viewer.sendNack(stream, lately);
      call.runMillis(200);
      assertThat(call.counters().retransmissions).isEqualTo(2);
    }
  }

  @Test
  void whatIsLongGoneOrWasNeverSentIsNotAnswered() {
    try (SimulatedCall call = new SimulatedCall()) {
      SimulatedCamera camera = camera(call);
      Viewer viewer = call.viewer();
      ReceivedStream stream = call.watch(viewer, camera);
      call.runMillis(6_000);
      viewer.sendNack(stream, stream.recentSequence(500));
      viewer.sendNack(stream, stream.recentSequence(-5_000));
      viewer.sendNack(stream, stream.recentSequence(20_000));
      call.runMillis(200);
      assertThat(call.counters().retransmissions).isZero();
    }
  }

  @Test
  void aStormOfKeyFrameRequestsIsThrottled() {
    try (SimulatedCall call = new SimulatedCall()) {
      SimulatedCamera camera = camera(call);
      List<Viewer> viewers = List.of(call.viewer(), call.viewer(), call.viewer());
      List<ReceivedStream> streams = viewers.stream().map(viewer -> call.watch(viewer, camera)).toList();
      call.runMillis(2_000);
      long before = camera.keyFrameRequests();
      for (int i = 0; i < 200; i++) {
        for (int v = 0; v < viewers.size(); v++) {
          viewers.get(v).sendPli(streams.get(v));
        }
        call.runMillis(10);
      }
      // Two seconds, a request in 300 ms at most.
      assertThat(camera.keyFrameRequests() - before).isBetween(5L, 8L);
    }
  }

  @Test
  void aFullIntraRequestIsAsGoodAsAPictureLoss() {
    try (SimulatedCall call = new SimulatedCall()) {
      SimulatedCamera camera = camera(call);
      Viewer viewer = call.viewer();
      ReceivedStream stream = call.watch(viewer, camera);
      call.runMillis(1_000);
      viewer.sendFir(stream, 1);
      call.runMillis(200);
      assertThat(camera.keyFrameRequests()).isEqualTo(1);
      assertThat(stream.decoded.stream().filter(frame -> frame.stamp().keyFrame())).hasSize(2);
    }
  }

  @Test
  void aClosedProducerEndsItsConsumersAndAClosedConsumerFallsSilent() {
    try (SimulatedCall call = new SimulatedCall()) {
      SimulatedCamera camera = camera(call);
      Viewer viewer = call.viewer();
      Viewer other = call.viewer();
      ReceivedStream stream = call.watch(viewer, camera);
      ReceivedStream otherStream = call.watch(other, camera);
      call.runMillis(1_000);
      call.tell(new MediaCommand.CloseConsumer(stream.consumerId));
      call.runMillis(100);
      long packets = stream.packets;
      long otherPackets = otherStream.packets;
      call.runMillis(1_000);
      assertThat(stream.packets).isEqualTo(packets);
      assertThat(otherStream.packets).isGreaterThan(otherPackets);

      call.tell(new MediaCommand.CloseProducer(camera.producerId()));
      call.runMillis(100);
      otherPackets = otherStream.packets;
      call.runMillis(1_000);
      assertThat(otherStream.packets).isEqualTo(otherPackets);
      MediaReply.Load load = (MediaReply.Load) call.ask(MediaCommand.GetLoad::new);
      assertThat(load.producers()).isZero();
      assertThat(load.consumers()).isZero();
      assertThat(load.transports()).isEqualTo(3);
    }
  }

  @Test
  void aReplacedProducerTakesOverAtOnce() {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      SimulatedCamera camera = call.produce(publisher, publisher.camera("first", VideoFormat.VP8, 1_000_000));
      Viewer viewer = call.viewer();
      call.watch(viewer, camera);
      call.runMillis(1_000);
      publisher.stop(camera);
      call.tell(new MediaCommand.CloseProducer("first"));
      SimulatedCamera second = call.produce(publisher, publisher.camera("second", VideoFormat.VP8, 1_000_000));
      ReceivedStream stream = call.watch(viewer, second);
      call.runMillis(1_000);
      assertThat(stream.decoded).hasSizeGreaterThan(22);
      assertThat(stream.missing()).isZero();
    }
  }

  @Test
  void closingAChannelLeavesNothingBehind() {
    try (SimulatedCall call = new SimulatedCall()) {
      SimulatedCamera camera = camera(call);
      Viewer viewer = call.viewer();
      call.watch(viewer, camera);
      call.runMillis(1_000);
      call.tell(new MediaCommand.CloseChannel(SimulatedCall.CHANNEL));
      // Goodbyes are said in real time, on the handshakes' threads.
      call.pumpUntil(viewer.transport(), viewer.transport()::isClosedByPeer);
      call.runMillis(1_000);
      MediaReply.Load load = (MediaReply.Load) call.ask(MediaCommand.GetLoad::new);
      assertThat(load.routers() + load.transports() + load.producers() + load.consumers()).isZero();
    }
  }

  @Test
  void whoJoinsWhileTheSendersMachineSleepsSeesItWake() {
    try (SimulatedCall call = new SimulatedCall()) {
      SimulatedCamera camera = camera(call);
      call.runMillis(1_000);
      camera.sleep(true);
      ReceivedStream stream = call.watch(call.viewer(), camera);
      // Longer than anybody asks a sender that doesn't answer.
      call.runMillis(20_000);
      assertThat(camera.keyFrameRequests()).isBetween(3L, 8L);
      assertThat(stream.decoded).isEmpty();

      camera.sleep(false);
      call.runMillis(1_000);
      assertThat(stream.decoded).hasSizeGreaterThan(18);
    }
  }

  @Test
  void aSenderThatNumbersItsPacketsAnewIsFollowed() {
    try (SimulatedCall call = new SimulatedCall()) {
      SimulatedCamera camera = camera(call);
      Viewer viewer = call.viewer();
      ReceivedStream stream = call.watch(viewer, camera);
      call.runMillis(2_000);
      camera.stream(0).skip(10_000);
      long renumberedNanos = call.now();
      call.runMillis(2_000);
      stream.checkSeams();
      assertThat(stream.missing()).isZero();
      assertThat(stream.longestGapMillis(renumberedNanos)).isLessThan(200);
    }
  }

  private static SimulatedCamera camera(SimulatedCall call) {
    Publisher publisher = call.publisher();
    return call.produce(publisher, publisher.camera("camera", VideoFormat.VP8, 1_000_000));
  }
}
