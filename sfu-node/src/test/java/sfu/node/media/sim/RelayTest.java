package sfu.node.media.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sfu.node.media.MediaCommand;
import sfu.node.media.MediaEvent;
import sfu.node.media.MediaReply;

/** Producers of one worker and viewers on another, who must not notice. */
class RelayTest {
  static final int LAYERS = 3;

  static SimulatedCall twoWorkers() {
    return new SimulatedCall(2, 8_000_000, 10_000_000);
  }

  static Viewer farViewer(SimulatedCall call) {
    return call.viewer(call.wire(1));
  }

  private static SimulatedCamera simulcast(SimulatedCall call) {
    return CleanNetworkTest.simulcast(call, call.publisher(), "camera");
  }

  @ParameterizedTest
  @EnumSource(VideoFormat.class)
  void aViewerOnAnotherWorkerSeesAndHearsEverything(VideoFormat format) {
    try (SimulatedCall call = twoWorkers()) {
      Publisher publisher = call.publisher();
      SimulatedCamera camera =
          call.produce(publisher, publisher.camera("camera", format, 150_000, 500_000, 1_500_000));
      SimulatedMicrophone microphone = call.produce(publisher, publisher.microphone("microphone"));
      microphone.level(20);
      call.runMillis(1_000);
      Viewer viewer = farViewer(call);
      long joined = call.now();
      ReceivedStream video = call.watch(viewer, camera);
      ReceivedStream audio = call.watch(viewer, microphone);
      call.runMillis(5_000);
      System.out.printf(
          "relayed %s: first frame %d ms after it was asked for, frame delay at most %.0f ms, %d key-frame requests%n",
          format, (video.decoded.getFirst().atNanos() - joined) / VirtualClock.MILLI,
          video.delayMillis(1, joined + VirtualClock.SECOND), camera.keyFrameRequests());
      long from = joined + VirtualClock.SECOND;
      long until = joined + 4 * VirtualClock.SECOND;
      assertThat(video.lastLayer()).isEqualTo(LAYERS - 1);
      assertThat(video.decodedBetween(from, until)).isEqualTo(75);
      assertThat(audio.decodedBetween(from, until)).isEqualTo(150);
      assertThat(audio.lastAudioLevel).isEqualTo(20);
      assertThat(video.missing() + audio.missing()).isZero();
      assertThat(video.duplicates + audio.duplicates).isZero();
      assertThat(video.interruptions()).isZero();
      assertThat(video.delayMillis(1, from)).isLessThan(20 + 5 + 20 + 3);
      assertThat(viewer.nackMessages).isZero();
      assertThat(publisher.nackMessages).isZero();
      assertThat(call.workers.get(1).core.counters().describeDrops()).isIn("none", "UNKNOWN_SENDER=1");
      video.checkSeams();
      audio.checkSeams();
    }
  }

  @Test
  void tenViewersMakeOneCrossing() {
    try (SimulatedCall call = twoWorkers()) {
      SimulatedCamera camera = simulcast(call);
      ReceivedStream near = call.watch(call.viewer(), camera);
      List<ReceivedStream> streams = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        streams.add(call.watch(farViewer(call), camera));
      }
      call.runMillis(3_000);
      long crossed = call.between(0, 1).packets();
      long sent = camera.stream(2).packets;
      List<Long> received = streams.stream().map(stream -> stream.packets).toList();
      call.runMillis(2_000);
      long more = camera.stream(2).packets - sent;
      assertThat(call.between(0, 1).packets() - crossed).isEqualTo(more);
      for (int i = 0; i < streams.size(); i++) {
        assertThat(streams.get(i).packets - received.get(i)).isEqualTo(more);
        assertThat(streams.get(i).interruptions()).isZero();
        streams.get(i).checkSeams();
      }
      near.checkSeams();
    }
  }

  @Test
  void onlyTheLayersThatSomebodyWatchesCross() {
    // Room for the middle layer, not for the highest.
    try (SimulatedCall call = new SimulatedCall(2, 8_000_000, 1_000_000)) {
      SimulatedCamera camera = simulcast(call);
      ReceivedStream first = call.watch(farViewer(call), camera);
      call.runMillis(3_000);
      WorkerLink link = call.between(0, 1);
      Map<Integer, Long> before = link.bySsrc();
      long sent = camera.stream(1).packets;
      call.runMillis(2_000);
      assertThat(first.lastLayer()).isEqualTo(1);
      assertThat(link.streamsSince(before)).isEqualTo(1);
      long crossed = link.packets() - before.values().stream().mapToLong(Long::longValue).sum();
      assertThat(crossed).isEqualTo(camera.stream(1).packets - sent);
      first.checkSeams();
    }
  }

  @Test
  void viewersOfDifferentLayersMakeEachCrossOnce() {
    try (SimulatedCall call = new SimulatedCall(2, 8_000_000, 2_300_000)) {
      Publisher publisher = call.publisher();
      SimulatedCamera camera =
          call.produce(publisher, publisher.camera("camera", VideoFormat.VP8, 150_000, 500_000, 1_500_000));
      SimulatedCamera screen = call.produce(publisher, publisher.screen("screen", VideoFormat.VP8, 1_500_000));
      ReceivedStream high = call.watch(farViewer(call), camera);
      Viewer busy = farViewer(call);
      ReceivedStream low = call.watch(busy, camera);
      call.watch(busy, screen);
      call.runMillis(4_000);
      WorkerLink link = call.between(0, 1);
      Map<Integer, Long> before = link.bySsrc();
      call.runMillis(2_000);
      assertThat(high.lastLayer()).isEqualTo(2);
      assertThat(low.lastLayer()).isLessThan(2);
      assertThat(link.streamsSince(before)).isEqualTo(3);
      high.checkSeams();
      low.checkSeams();
    }
  }

  @Test
  void layersThatFallSilentAndComeBackAreLeftAndTakenSeamlessly() {
    try (SimulatedCall call = twoWorkers()) {
      SimulatedCamera camera = simulcast(call);
      ReceivedStream stream = call.watch(farViewer(call), camera);
      call.runMillis(3_000);
      for (int i = 0; i < 3; i++) {
        camera.silence(2, true);
        long silencedNanos = call.now();
        call.runMillis(3_000);
        assertThat(stream.lastLayer()).isEqualTo(1);
        System.out.printf("relayed: a layer dies: %.0f ms without a frame%n", stream.longestGapMillis(silencedNanos));
        assertThat(stream.longestGapMillis(silencedNanos)).isLessThan(1_300);
        camera.silence(2, false);
        long backNanos = call.now();
        call.runMillis(3_000);
        assertThat(stream.lastLayer()).isEqualTo(2);
        assertThat(stream.longestGapMillis(backNanos)).isLessThan(82);
      }
      assertThat(stream.missing()).isZero();
      assertThat(stream.duplicates).isZero();
      assertThat(stream.interruptions()).isZero();
      assertThat(stream.skewMillis(call.now() - 2 * VirtualClock.SECOND)).isLessThan(2);
      stream.checkSeams();
    }
  }

  @Test
  void aPausedProducerDoesNotCrossAndGoesOnSeamlessly() {
    try (SimulatedCall call = twoWorkers()) {
      SimulatedCamera camera = simulcast(call);
      ReceivedStream stream = call.watch(farViewer(call), camera);
      call.runMillis(2_000);
      for (int i = 0; i < 3; i++) {
        call.tell(new MediaCommand.PauseProducer(camera.producerId(), true));
        call.runMillis(100);
        long crossed = call.between(0, 1).packets();
        call.runMillis(2_000);
        assertThat(call.between(0, 1).packets()).isEqualTo(crossed);
        long resumedNanos = call.now();
        call.tell(new MediaCommand.PauseProducer(camera.producerId(), false));
        call.runMillis(2_000);
        long afterMillis =
            (stream.firstDecodedSince(resumedNanos).atNanos() - resumedNanos) / VirtualClock.MILLI;
        System.out.printf("relayed: first frame %d ms after the producer resumed%n", afterMillis);
        assertThat(afterMillis).isLessThan(150);
        assertThat(stream.lastLayer()).isEqualTo(2);
      }
      assertThat(stream.missing()).isZero();
      stream.checkSeams();
    }
  }

  @Test
  void aQuickPauseThatNobodyNoticesIsNoSeamEither() {
    try (SimulatedCall call = twoWorkers()) {
      SimulatedCamera camera = simulcast(call);
      ReceivedStream stream = call.watch(farViewer(call), camera);
      call.runMillis(2_000);
      for (int i = 0; i < 10; i++) {
        call.tell(new MediaCommand.PauseProducer(camera.producerId(), true));
        call.runMillis(i * 7);
        call.tell(new MediaCommand.PauseProducer(camera.producerId(), false));
        call.runMillis(500);
      }
      call.runMillis(1_000);
      assertThat(stream.decoded.getLast().atNanos()).isGreaterThan(call.now() - 50 * VirtualClock.MILLI);
      assertThat(stream.missing()).isZero();
      stream.checkSeams();
    }
  }

  @Test
  void nothingCrossesWhileAllViewersArePausedNorAfterTheLastIsGone() {
    try (SimulatedCall call = twoWorkers()) {
      SimulatedCamera camera = simulcast(call);
      WorkerLink link = call.between(0, 1);
      Viewer viewer = farViewer(call);
      ReceivedStream prepared = call.prepare(viewer, camera, true);
      call.runMillis(1_500);
      assertThat(link.packets()).as("nobody has unpaused it").isZero();
      call.tell(new MediaCommand.PauseConsumer(prepared.consumerId, false));
      call.runMillis(1_500);
      assertThat(link.packets()).isPositive();

      call.tell(new MediaCommand.PauseConsumer(prepared.consumerId, true));
      call.runMillis(50);
      long crossed = link.packets();
      call.runMillis(3_000);
      assertThat(link.packets()).as("the only viewer is paused").isEqualTo(crossed);
      long resumedNanos = call.now();
      call.tell(new MediaCommand.PauseConsumer(prepared.consumerId, false));
      call.runMillis(1_000);
      assertThat(prepared.firstDecodedSince(resumedNanos).atNanos() - resumedNanos)
          .isLessThan(150 * VirtualClock.MILLI);

      call.tell(new MediaCommand.CloseConsumer(prepared.consumerId));
      call.runMillis(50);
      crossed = link.packets();
      call.runMillis(5_000);
      assertThat(link.packets()).as("the last viewer is gone").isEqualTo(crossed);
      // The relay has ended at both ends: its SSRCs are asked for no more, and a new viewer gets others.
      ReceivedStream again = call.watch(viewer, camera);
      call.runMillis(2_000);
      assertThat(again.lastLayer()).isEqualTo(2);
      prepared.checkSeams();
      again.checkSeams();
    }
  }

  @Test
  void aViewerThatComesBackSoonFindsTheRelayStillThere() {
    try (SimulatedCall call = twoWorkers()) {
      SimulatedCamera camera = simulcast(call);
      Viewer viewer = farViewer(call);
      ReceivedStream first = call.watch(viewer, camera);
      call.runMillis(2_000);
      call.tell(new MediaCommand.CloseConsumer(first.consumerId));
      call.runMillis(1_500);
      int streams = call.between(0, 1).bySsrc().size();
      ReceivedStream second = call.watch(viewer, camera);
      call.runMillis(2_000);
      assertThat(second.lastLayer()).isEqualTo(2);
      assertThat(call.between(0, 1).bySsrc()).hasSize(streams);
    }
  }

  @Test
  void aKeyFrameRequestIsAnsweredAcross() {
    try (SimulatedCall call = twoWorkers()) {
      SimulatedCamera camera = simulcast(call);
      Viewer viewer = farViewer(call);
      ReceivedStream stream = call.watch(viewer, camera);
      call.runMillis(3_000);
      long requests = camera.keyFrameRequests();
      long keyFrames = stream.decoded.stream().filter(frame -> frame.stamp().keyFrame()).count();
      viewer.sendPli(stream);
      call.runMillis(300);
      assertThat(camera.keyFrameRequests() - requests).isEqualTo(1);
      assertThat(stream.decoded.stream().filter(frame -> frame.stamp().keyFrame()).count()).isEqualTo(keyFrames + 1);
    }
  }

  @Test
  void whatAViewerMissesComesFromTheFarSidesHistory() {
    try (SimulatedCall call = twoWorkers()) {
      SimulatedCamera camera = simulcast(call);
      Viewer viewer = farViewer(call);
      ReceivedStream stream = call.watch(viewer, camera);
      call.runMillis(3_000);
      viewer.sendNack(stream, stream.recentSequence(5), stream.recentSequence(6));
      call.runMillis(200);
      assertThat(call.workers.get(1).core.counters().retransmissions).isEqualTo(2);
      assertThat(call.counters().retransmissions).isZero();
      assertThat(camera.streams()).allMatch(sent -> sent.nacked == 0);
    }
  }

  @Test
  void aSenderThatBeginsAnewIsFollowed() {
    try (SimulatedCall call = twoWorkers()) {
      Publisher publisher = call.publisher();
      SimulatedCamera camera = call.produce(publisher, publisher.camera("camera", VideoFormat.VP8, 1_000_000));
      SimulatedMicrophone microphone = call.produce(publisher, publisher.microphone("microphone"));
      Viewer viewer = farViewer(call);
      ReceivedStream video = call.watch(viewer, camera);
      ReceivedStream audio = call.watch(viewer, microphone);
      call.runMillis(2_000);
      for (int jump : new int[] {10_000, -20_000, 30_000}) {
        camera.stream(0).skip(jump);
        camera.stream(0).jump(jump * 100);
        microphone.streams().getFirst().skip(jump);
        microphone.streams().getFirst().jump(jump * 100);
        long restartedNanos = call.now();
        call.runMillis(2_000);
        System.out.printf(
            "relayed: a sender begins anew: longest gap %.0f ms of video, %.0f of audio%n",
            video.longestGapMillis(restartedNanos), audio.longestGapMillis(restartedNanos));
        assertThat(video.longestGapMillis(restartedNanos)).isLessThan(300);
        assertThat(audio.longestGapMillis(restartedNanos)).isLessThan(150);
        assertThat(video.lastLayer()).isZero();
      }
      assertThat(video.missing()).isZero();
      video.checkSeams();
      audio.checkSeams();
    }
  }

  @Test
  void aClosedProducerEndsItsRelaysWithoutAWord() {
    try (SimulatedCall call = new SimulatedCall(3, 8_000_000, 10_000_000)) {
      SimulatedCamera camera = simulcast(call);
      List<ReceivedStream> streams =
          List.of(call.watch(farViewer(call), camera), call.watch(call.viewer(call.wire(2)), camera));
      call.runMillis(2_000);
      call.tell(new MediaCommand.CloseProducer(camera.producerId()));
      call.runMillis(40);
      List<Long> received = streams.stream().map(stream -> stream.packets).toList();
      call.runMillis(2_000);
      assertThat(streams.stream().map(stream -> stream.packets)).isEqualTo(received);
      for (SimulatedWorker worker : call.workers) {
        MediaReply.Load load = (MediaReply.Load) call.ask(worker, MediaCommand.GetLoad::new);
        assertThat(load.consumers()).isZero();
        assertThat(load.producers()).isZero();
      }
      assertThat(call.told()).noneMatch(MediaEvent.ConsumerLost.class::isInstance);
    }
  }

  @Test
  void theEndOfTheProducersTransportIsThatOfItsRelays() {
    try (SimulatedCall call = twoWorkers()) {
      Publisher publisher = call.publisher();
      SimulatedCamera camera = CleanNetworkTest.simulcast(call, publisher, "camera");
      call.watch(farViewer(call), camera);
      call.runMillis(2_000);
      // The message is lost, and what is said in band is enough.
      call.workers.get(1).losesMail = true;
      call.tell(new MediaCommand.CloseTransport(publisher.transport().config.id()));
      call.runMillis(200);
      assertThat(((MediaReply.Load) call.ask(call.workers.get(1), MediaCommand.GetLoad::new)).consumers()).isZero();
      assertThat(call.told()).noneMatch(MediaEvent.ConsumerLost.class::isInstance);
    }
  }

  @Test
  void oneLinkCarriesBothDirectionsAndAllChannels() {
    try (SimulatedCall call = new SimulatedCall(2, 8_000_000, 20_000_000)) {
      List<ReceivedStream> streams = new ArrayList<>();
      for (int from = 0; from < 2; from++) {
        Publisher publisher = call.publisher(call.wire(from));
        Viewer viewer = call.viewer(call.wire(1 - from));
        for (int i = 0; i < 3; i++) {
          String id = from + "-" + i;
          streams.add(
              call.watch(viewer, call.produce(publisher, publisher.camera(id, VideoFormat.VP8, 300_000))));
        }
      }
      call.runMillis(3_000);
      for (ReceivedStream stream : streams) {
        assertThat(stream.decoded.size()).isGreaterThan(60);
        assertThat(stream.missing()).isZero();
        stream.checkSeams();
      }
    }
  }

  @Test
  void relayedProducersAreCountedWhereTheyAreReceived() {
    try (SimulatedCall call = twoWorkers()) {
      SimulatedCamera camera = simulcast(call);
      call.watch(farViewer(call), camera);
      call.runMillis(3_000);
      MediaReply.ChannelBitRates near =
          (MediaReply.ChannelBitRates) call.ask(to -> new MediaCommand.GetBitRates(SimulatedCall.CHANNEL, to));
      MediaReply.ChannelBitRates far =
          (MediaReply.ChannelBitRates)
              call.ask(call.workers.get(1), to -> new MediaCommand.GetBitRates(SimulatedCall.CHANNEL, to));
      assertThat(near.camera()).isGreaterThan(1_500_000);
      assertThat(far).isEqualTo(new MediaReply.ChannelBitRates(SimulatedCall.CHANNEL, 0, 0, 0));
    }
  }

  @Test
  void pictureAndSoundKeepTheSendersClock() {
    try (SimulatedCall call = twoWorkers()) {
      Publisher publisher = call.publisher();
      publisher.clockErrorNanos = 7 * VirtualClock.SECOND;
      SimulatedCamera camera = CleanNetworkTest.simulcast(call, publisher, "camera");
      ReceivedStream stream = call.watch(farViewer(call), camera);
      call.runMillis(6_000);
      assertThat(Math.abs(CleanNetworkTest.errorMillis(call, publisher, stream))).isLessThan(1);
    }
  }
}
