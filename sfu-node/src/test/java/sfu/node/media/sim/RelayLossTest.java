package sfu.node.media.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sfu.node.media.MediaEvent;

/** Relays over networks that lose packets, between workers and on both clients' legs. */
class RelayLossTest {
  private static final long CALL_MILLIS = 20_000;

  private static void print(String what, SimulatedCall call, ReceivedStream video, ReceivedStream audio, long from) {
    System.out.printf(
        "relayed, %s: %d of video missing for good, %d of audio; video delay %.0f/%.0f/%.0f ms (half/95 %%/worst),"
            + " longest gap %.0f ms, %d interruptions; resent %d over the link, %d by the far worker; key-frame"
            + " requests %d by the viewer%n",
        what, video.missing(), audio.missing(), video.delayMillis(0.5, from), video.delayMillis(0.95, from),
        video.delayMillis(1, from), video.longestGapMillis(from), video.interruptions(),
        call.counters().retransmissions, call.workers.get(1).core.counters().retransmissions, video.keyFrameRequests);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void fivePercentLossIsRepairedOnEachLeg(int onClientsLegsToo) {
    try (SimulatedCall call = RelayTest.twoWorkers()) {
      Wire up = call.wire();
      Wire down = call.wire(1);
      Publisher publisher = call.publisher(up);
      SimulatedCamera camera = call.produce(publisher, publisher.camera("camera", VideoFormat.VP8, 1_200_000));
      SimulatedMicrophone microphone = call.produce(publisher, publisher.microphone("microphone"));
      Viewer viewer = call.viewer(down);
      ReceivedStream video = call.watch(viewer, camera);
      ReceivedStream audio = call.watch(viewer, microphone);
      call.between(0, 1).loss(0.05);
      double onLegs = 0.05 * onClientsLegsToo;
      up.up.loss(onLegs);
      up.down.loss(onLegs);
      down.up.loss(onLegs);
      down.down.loss(onLegs);
      long from = call.now();
      call.runMillis(CALL_MILLIS);
      print(onClientsLegsToo == 0 ? "5 % loss between workers" : "5 % loss everywhere", call, video, audio, from);

      long until = call.now() - 500 * VirtualClock.MILLI;
      double captured = (double) (until - from) / SimulatedCamera.FRAME_NANOS;
      assertThat(video.decodedBetween(from, until) / captured).isGreaterThan(0.98);
      assertThat(video.missing()).isLessThanOrEqualTo(5);
      assertThat(video.delayMillis(0.95, from)).isLessThan(onClientsLegsToo == 0 ? 160 : 320);
      if (onClientsLegsToo == 0) {
        // Audio too is repaired on the link, which its clients don't know.
        assertThat(audio.missing()).isLessThanOrEqualTo(5);
        assertThat(viewer.nackMessages).isLessThan(CALL_MILLIS / 100);
      }
      video.checkSeams();
    }
  }

  @Test
  void threeLayersComeAndGoWhileEverythingIsLossy() {
    try (SimulatedCall call = RelayTest.twoWorkers()) {
      Wire up = call.wire();
      Wire down = call.wire(1);
      Publisher publisher = call.publisher(up);
      SimulatedCamera camera = CleanNetworkTest.simulcast(call, publisher, "camera");
      ReceivedStream stream = call.watch(call.viewer(down), camera);
      call.between(0, 1).loss(0.05);
      up.up.loss(0.05);
      down.down.loss(0.05);
      call.runMillis(3_000);
      long from = call.now();
      for (int i = 0; i < 6; i++) {
        camera.silence(2, i % 2 == 0);
        call.runMillis(2_500);
      }
      print("layers come and go, 5 % loss", call, stream, stream, from);
      stream.checkSeams();
      assertThat(stream.lastLayer()).isEqualTo(2);
      assertThat(stream.longestGapMillis(from)).isLessThan(1_500);
      assertThat(stream.missing()).isLessThanOrEqualTo(10);
    }
  }

  @Test
  void anOutageOfTwoSecondsIsSurvived() {
    try (SimulatedCall call = RelayTest.twoWorkers()) {
      Publisher publisher = call.publisher();
      SimulatedCamera camera = CleanNetworkTest.simulcast(call, publisher, "camera");
      SimulatedMicrophone microphone = call.produce(publisher, publisher.microphone("microphone"));
      Viewer viewer = RelayTest.farViewer(call);
      ReceivedStream stream = call.watch(viewer, camera);
      ReceivedStream audio = call.watch(viewer, microphone);
      call.runMillis(3_000);
      long untilNanos = call.now() + 2 * VirtualClock.SECOND;
      call.between(0, 1).outage(call.now(), untilNanos);
      call.runMillis(6_000);
      double backMillis = (stream.firstDecodedSince(untilNanos).atNanos() - untilNanos) / 1e6;
      double audioMillis = (audio.firstDecodedSince(untilNanos).atNanos() - untilNanos) / 1e6;
      System.out.printf(
          "relayed, 2 s outage between workers: next frame after %.0f ms, audio after %.0f ms, %d key-frame requests%n",
          backMillis, audioMillis, camera.keyFrameRequests());
      assertThat(backMillis).isLessThan(250);
      assertThat(audioMillis).isLessThan(60);
      assertThat(stream.lastLayer()).isEqualTo(2);
      assertThat(stream.longestGapMillis(untilNanos + VirtualClock.SECOND)).isLessThan(120);
      assertThat(call.told()).noneMatch(MediaEvent.ConsumerLost.class::isInstance);
      stream.checkSeams();
    }
  }

  /** Longer than a layer flows unasked, shorter than a link lives unheard. */
  @Test
  void anOutageOfFourSecondsBreaksTheStreamOffAndItBeginsAnew() {
    try (SimulatedCall call = RelayTest.twoWorkers()) {
      SimulatedCamera camera = CleanNetworkTest.simulcast(call, call.publisher(), "camera");
      ReceivedStream stream = call.watch(RelayTest.farViewer(call), camera);
      call.runMillis(3_000);
      long fromNanos = call.now();
      long untilNanos = fromNanos + 4 * VirtualClock.SECOND;
      call.between(0, 1).outage(fromNanos, untilNanos);
      call.runMillis(3_500);
      long sent = call.between(0, 1).packets();
      call.runMillis(400);
      assertThat(call.between(0, 1).packets()).as("nobody asks").isEqualTo(sent);
      call.runMillis(4_000);
      double backMillis = (stream.firstDecodedSince(untilNanos).atNanos() - untilNanos) / 1e6;
      System.out.printf("relayed, 4 s outage between workers: next frame after %.0f ms%n", backMillis);
      assertThat(backMillis).isLessThan(1_000);
      assertThat(stream.lastLayer()).isEqualTo(2);
      assertThat(call.told()).noneMatch(MediaEvent.ConsumerLost.class::isInstance);
      stream.checkSeams();
    }
  }

  @Test
  void reorderingAndDuplicatesBetweenWorkersReachNobody() {
    try (SimulatedCall call = RelayTest.twoWorkers()) {
      WorkerLink link = call.between(0, 1);
      link.forth.duplicates(0.2).reordering(0.05, 6);
      link.back.duplicates(0.2).reordering(0.05, 6);
      SimulatedCamera camera = CleanNetworkTest.simulcast(call, call.publisher(), "camera");
      ReceivedStream stream = call.watch(RelayTest.farViewer(call), camera);
      for (int i = 0; i < 6; i++) {
        camera.silence(2, i % 2 == 0);
        call.runMillis(2_000);
      }
      assertThat(stream.duplicates).isZero();
      assertThat(stream.missing()).isZero();
      assertThat(stream.interruptions()).isZero();
      assertThat(call.counters().retransmissions).isLessThan(link.forth.reordered() / 5);
      stream.checkSeams();
    }
  }
}
