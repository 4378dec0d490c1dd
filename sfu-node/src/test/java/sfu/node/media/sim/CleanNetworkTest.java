package sfu.node.media.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import sfu.node.media.MediaCommand;
import sfu.node.media.MediaReply;
import sfu.protocol.ortc.StreamType;

/** What a call over a network without faults looks like from both ends. */
class CleanNetworkTest {
  @ParameterizedTest
  @EnumSource(VideoFormat.class)
  void everyPacketArrivesOnceAndInOrder(VideoFormat format) {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      Viewer viewer = call.viewer();
      SimulatedCamera camera = call.produce(publisher, publisher.camera("camera", format, 1_000_000));
      ReceivedStream stream = call.watch(viewer, camera);
      call.runMillis(5_000);

      assertThat(stream.decoded).hasSizeBetween(123, 125);
      assertThat(stream.interruptions()).isZero();
      assertThat(stream.missing()).isZero();
      assertThat(stream.duplicates).isZero();
      assertThat(stream.outOfOrder).isZero();
      assertThat(stream.firstStamp.keyFrame()).isTrue();
      assertThat(stream.firstStamp.index()).isZero();
      assertThat(stream.delayMillis(1, 0)).isLessThan(43);
      assertThat(viewer.nackMessages).isZero();
      assertThat(viewer.unknown()).isEmpty();
      assertThat(publisher.nackMessages).isZero();
      assertThat(call.counters().describeDrops()).isEqualTo("none");
      stream.checkSeams();
    }
  }

  @ParameterizedTest
  @EnumSource(VideoFormat.class)
  void theDatagramsOfAFrameAreEqualInLengthThoughItsPacketsAreNot(VideoFormat format) {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      Viewer viewer = call.viewer();
      List<Integer> lengths = new ArrayList<>();
      SimulatedCamera camera = call.produce(publisher, publisher.camera("camera", format, 1_000_000));
      ReceivedStream stream = call.watch(viewer, camera);
      viewer.transport().wire().watchDown(datagram -> lengths.add(datagram.length));
      call.runMillis(2_000);

      // Longer than anything but video. A frame of n packets has n - 1 neighbours of the same length.
      List<Integer> video = lengths.stream().filter(length -> length > 500).toList();
      long steps = IntStream.range(1, video.size()).filter(i -> !video.get(i).equals(video.get(i - 1))).count();
      assertThat(stream.missing()).isZero();
      assertThat(steps).isLessThanOrEqualTo(stream.decoded.size());
      assertThat(video.size()).isGreaterThan(3 * stream.decoded.size());
    }
  }

  @Test
  void aCameraThatBeginsBeforeItsViewersEyesNeedsNoRequest() {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      Viewer viewer = call.viewer();
      SimulatedCamera camera = call.produce(publisher, publisher.camera("camera", VideoFormat.VP8, 1_000_000));
      ReceivedStream stream = call.watch(viewer, camera);
      call.runMillis(2_000);

      assertThat(stream.decoded.getFirst().stamp().frame()).isZero();
      assertThat(camera.keyFrameRequests()).isZero();
      assertThat(camera.keyFrames).isEqualTo(1);
    }
  }

  @Test
  void aSimulcastCameraThatBeginsIsSeenInFullAtOnce() {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      Viewer viewer = call.viewer();
      SimulatedCamera camera = simulcast(call, publisher, "camera");
      ReceivedStream stream = call.watch(viewer, camera);
      call.runMillis(2_000);
      assertThat(stream.decoded.getFirst().stamp().frame()).isZero();
      assertThat(stream.decoded.stream().limit(5)).anyMatch(frame -> frame.stamp().layer() == 2);
      assertThat(camera.keyFrameRequests()).isLessThanOrEqualTo(1);
      assertThat(stream.missing()).isZero();
    }
  }

  @Test
  void layersThatBeginOneByOneAreTakenAsTheyCome() {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      SimulatedCamera camera = simulcast(call, publisher, "camera");
      camera.silence(1, true);
      camera.silence(2, true);
      ReceivedStream stream = call.watch(call.viewer(), camera);
      for (int layer = 0; layer < 3; layer++) {
        camera.silence(layer, false);
        long begunNanos = call.now();
        call.runMillis(1_500);
        int expected = layer;
        assertThat(stream.lastLayer()).isEqualTo(expected);
        assertThat(
                stream.decoded.stream().filter(f -> f.stamp().layer() == expected).findFirst().orElseThrow().atNanos()
                    - begunNanos)
            .isLessThan(400 * VirtualClock.MILLI);
      }
      // Each begins with a key frame, which is all that is needed.
      assertThat(camera.keyFrameRequests()).isLessThanOrEqualTo(1);
      assertThat(stream.interruptions()).isZero();
      stream.checkSeams();
    }
  }

  @Test
  void theHighestOfThreeLayersIsSeenWithinASecond() {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      Viewer viewer = call.viewer();
      SimulatedCamera camera = simulcast(call, publisher, "camera");
      call.runMillis(1_000);
      long watchedNanos = call.now();
      ReceivedStream stream = call.watch(viewer, camera);
      call.runMillis(5_000);

      assertThat(stream.lastLayer()).isEqualTo(2);
      long first = stream.decoded.getFirst().atNanos() - watchedNanos;
      long highest =
          stream.decoded.stream().filter(f -> f.stamp().layer() == 2).findFirst().orElseThrow().atNanos()
              - watchedNanos;
      System.out.printf(
          "join in mid call: first frame %.0f ms, highest layer %.0f ms, %d key-frame requests%n",
          first / 1e6, highest / 1e6, camera.keyFrameRequests());
      assertThat(first).isLessThan(150 * VirtualClock.MILLI);
      assertThat(highest).isLessThan(VirtualClock.SECOND);
      assertThat(camera.keyFrameRequests()).isLessThanOrEqualTo(2);
      assertThat(stream.missing()).isZero();
      stream.checkSeams();
    }
  }

  @Test
  void aLayerThatDiesIsReplacedByTheNextLowerAndComesBackWithoutASeam() {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      Viewer viewer = call.viewer();
      SimulatedCamera camera = simulcast(call, publisher, "camera");
      ReceivedStream stream = call.watch(viewer, camera);
      call.runMillis(3_000);
      assertThat(stream.lastLayer()).isEqualTo(2);

      camera.silence(2, true);
      long diedNanos = call.now();
      call.runMillis(3_000);
      assertThat(stream.lastLayer()).isEqualTo(1);
      double gapMillis = stream.longestGapMillis(diedNanos);

      camera.silence(2, false);
      long backNanos = call.now();
      call.runMillis(3_000);
      assertThat(stream.lastLayer()).isEqualTo(2);
      System.out.printf(
          "a layer dies: %.0f ms without a frame; back again: %.0f ms%n",
          gapMillis, stream.longestGapMillis(backNanos));
      assertThat(gapMillis).isLessThan(1_100);
      assertThat(stream.longestGapMillis(backNanos)).isLessThan(120);
      assertThat(stream.interruptions()).isZero();
      assertThat(stream.missing()).isZero();
      // The layers' clocks are seconds apart; reports bring them together to the tick.
      assertThat(stream.skewMillis(diedNanos)).isLessThan(0.1);
      stream.checkSeams();
    }
  }

  @Test
  void aStillScreenKeepsItsHighestLayerThoughItsFramesAreFarApart() {
    try (SimulatedCall call = new SimulatedCall()) {
      Wire wire = call.wire();
      wire.up.bottleneck(3_000_000, 200_000);
      Publisher publisher = call.publisher(wire);
      SimulatedCamera screen =
          call.produce(publisher, publisher.screen("screen", VideoFormat.VP8, 200_000, 600_000, 1_500_000));
      ReceivedStream stream = call.watch(call.viewer(), screen);
      call.runMillis(3_000);
      assertThat(stream.lastLayer()).isEqualTo(2);

      long stillNanos = call.now();
      long requests = screen.keyFrameRequests();
      screen.frameEvery(1_013 * VirtualClock.MILLI);
      call.runMillis(30_000);
      assertThat(stream.decoded.stream().filter(frame -> frame.atNanos() > stillNanos + VirtualClock.SECOND))
          .hasSizeGreaterThan(25)
          .allMatch(frame -> frame.stamp().layer() == 2);
      assertThat(screen.keyFrameRequests()).isEqualTo(requests);
    }
  }

  @Test
  void layersMayBeNamedByTheirSsrcs() {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      SimulatedCamera camera =
          call.produce(
              publisher,
              publisher.video(
                  "camera", StreamType.CAMERA, VideoFormat.H264, false, 150_000, 500_000, 1_500_000));
      ReceivedStream stream = call.watch(call.viewer(), camera);
      call.runMillis(3_000);
      assertThat(stream.lastLayer()).isEqualTo(2);
      assertThat(stream.missing()).isZero();
    }
  }

  @Test
  void everyCounterWrapsWithoutATrace() {
    try (SimulatedCall call = new SimulatedCall(100_000_000, 100_000_000)) {
      Publisher publisher = call.publisher();
      Viewer viewer = call.viewer();
      SimulatedCamera camera = call.produce(publisher, publisher.camera("camera", VideoFormat.VP8, 30_000_000));
      ReceivedStream stream = call.watch(viewer, camera);
      viewer.transport().wire().down.loss(0.002);
      call.runMillis(22_000);
      // Sequence numbers of producer, consumer and transport-wide feedback have 16 bits.
      assertThat(stream.packets).isGreaterThan(70_000);
      assertThat(stream.missing()).isLessThanOrEqualTo(4);
      assertThat(stream.interruptions()).isZero();
      assertThat(call.counters().retransmissions).isGreaterThan(100);
      assertThat(publisher.transportWide().lost()).isZero();
      stream.checkSeams();
    }
  }

  @Test
  void aViewerOfManyHearsTheClocksOfAll() {
    try (SimulatedCall call = new SimulatedCall()) {
      Viewer viewer = call.viewer();
      List<ReceivedStream> streams = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        Publisher publisher = call.publisher();
        for (int j = 0; j < 5; j++) {
          streams.add(
              call.watch(viewer, call.produce(publisher, publisher.microphone("microphone " + i + "/" + j))));
        }
      }
      call.runMillis(3_000);
      assertThat(streams).hasSize(50).allMatch(stream -> stream.senderReport.isKnown());
      assertThat(streams).allMatch(stream -> stream.missing() == 0 && stream.packets > 100);
    }
  }

  @Test
  void aTightBudgetLowersCamerasBeforeTheScreen() {
    try (SimulatedCall call = new SimulatedCall(8_000_000, 2_600_000)) {
      Publisher publisher = call.publisher();
      Viewer viewer = call.viewer();
      SimulatedCamera first = simulcast(call, publisher, "first");
      SimulatedCamera screen =
          call.produce(publisher, publisher.screen("screen", VideoFormat.VP8, 100_000, 400_000, 1_200_000));
      ReceivedStream firstStream = call.watch(viewer, first);
      ReceivedStream screenStream = call.watch(viewer, screen);
      call.runMillis(6_000);
      long packetsBefore = call.counters().bytesOut;
      long fromNanos = call.now();
      call.runMillis(4_000);

      assertThat(screenStream.lastLayer()).isEqualTo(2);
      assertThat(firstStream.lastLayer()).isEqualTo(1);
      double bps = (call.counters().bytesOut - packetsBefore) * 8e9 / (call.now() - fromNanos);
      System.out.printf("budget of 2.6 Mbit/s: %.2f Mbit/s sent, RTCP to the sender included%n", bps / 1e6);
      assertThat(bps).isLessThan(2_600_000);
      firstStream.checkSeams();
      screenStream.checkSeams();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1_500_000, 1_600_000, 1_700_000, 1_800_000, 2_100_000, 2_200_000, 2_300_000})
  void aBudgetThatJustFitsMakesNobodySwingBetweenLayers(long budgetBps) {
    try (SimulatedCall call = new SimulatedCall(8_000_000, budgetBps)) {
      Publisher publisher = call.publisher();
      Viewer viewer = call.viewer();
      SimulatedCamera first = simulcast(call, publisher, "first");
      SimulatedCamera second = simulcast(call, publisher, "second");
      call.watch(viewer, first);
      call.watch(viewer, second);
      call.runMillis(5_000);
      long requests = first.keyFrameRequests() + second.keyFrameRequests();
      call.runMillis(30_000);
      long later = first.keyFrameRequests() + second.keyFrameRequests() - requests;
      System.out.printf("budget of %.1f Mbit/s: %d changes of layer in 30 s%n", budgetBps / 1e6, later);
      // Who is lowered stays so for five seconds.
      assertThat(later).isLessThanOrEqualTo(6);
    }
  }

  @Test
  void anImpossibleBudgetStillShowsEverybodySmall() {
    try (SimulatedCall call = new SimulatedCall(8_000_000, 50_000)) {
      Publisher publisher = call.publisher();
      Viewer viewer = call.viewer();
      ReceivedStream stream = call.watch(viewer, simulcast(call, publisher, "camera"));
      call.runMillis(3_000);
      assertThat(stream.lastLayer()).isZero();
      assertThat(stream.decodedBetween(call.now() - 2 * VirtualClock.SECOND, call.now())).isGreaterThan(40);
    }
  }

  @Test
  void theSenderHearsOfEveryPacketAndOfItsLimit() {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      simulcast(call, publisher, "camera");
      call.produce(publisher, publisher.microphone("microphone"));
      call.runMillis(5_000);

      assertThat(publisher.transportWide().lost()).isZero();
      assertThat(publisher.transportWide().unmatched()).isZero();
      assertThat(publisher.transportWide().arrived()).isGreaterThan(1_000);
      assertThat(publisher.worstFractionLost).isZero();
      // Four streams, a report a second.
      assertThat(publisher.reportBlocks).isBetween(16L, 24L);
      assertThat((double) publisher.rembBps).isCloseTo(8e6, within(8e4));
    }
  }

  @Test
  void bitRatesAreThoseOfAllLayers() {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      SimulatedCamera camera = simulcast(call, publisher, "camera");
      SimulatedCamera screen = call.produce(publisher, publisher.screen("screen", VideoFormat.VP9, 700_000));
      SimulatedMicrophone microphone = call.produce(publisher, publisher.microphone("microphone"));
      call.runMillis(2_000);
      long[] before = {sentBytes(microphone), sentBytes(camera), sentBytes(screen)};
      call.runMillis(1_000);
      MediaReply.ChannelBitRates rates =
          (MediaReply.ChannelBitRates) call.ask(to -> new MediaCommand.GetBitRates(SimulatedCall.CHANNEL, to));

      assertThat((double) rates.audio()).isCloseTo((sentBytes(microphone) - before[0]) * 8.0, within(4_000.0));
      assertThat(rates.camera() / ((sentBytes(camera) - before[1]) * 8.0)).isCloseTo(1, within(0.1));
      assertThat(rates.screen() / ((sentBytes(screen) - before[2]) * 8.0)).isCloseTo(1, within(0.1));
    }
  }

  private static long sentBytes(Source source) {
    return source.streams().stream().mapToLong(stream -> stream.bytes).sum();
  }

  @Test
  void senderReportsCarryTheProducersClockToItsViewers() {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      publisher.clockErrorNanos = 12_345 * VirtualClock.MILLI;
      Viewer viewer = call.viewer();
      SimulatedCamera camera = simulcast(call, publisher, "camera");
      SimulatedMicrophone microphone = call.produce(publisher, publisher.microphone("microphone"));
      ReceivedStream video = call.watch(viewer, camera);
      ReceivedStream audio = call.watch(viewer, microphone);
      call.runMillis(6_000);

      assertThat(video.senderReport.isKnown()).isTrue();
      assertThat(errorMillis(call, publisher, video)).isCloseTo(0, within(1.0));
      assertThat(errorMillis(call, publisher, audio)).isCloseTo(0, within(1.0));
    }
  }

  /** How far the wall clock time that the reports give the last frame is from the one at which it was captured. */
  static double errorMillis(SimulatedCall call, Publisher publisher, ReceivedStream stream) {
    ReceivedStream.Decoded last = stream.decoded.getLast();
    long reported = stream.senderReport.senderNanosOf(last.timestamp());
    long actual = publisher.wallNanos() - (call.now() - last.stamp().capturedNanos());
    return (reported - actual) / 1e6;
  }

  static SimulatedCamera simulcast(SimulatedCall call, Publisher publisher, String id) {
    return call.produce(publisher, publisher.camera(id, VideoFormat.VP8, 150_000, 500_000, 1_500_000));
  }
}
