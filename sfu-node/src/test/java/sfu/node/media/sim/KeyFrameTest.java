package sfu.node.media.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which key frames a viewer begins with, and how many it may cost the others. */
class KeyFrameTest {
  @Test
  void theFirstKeyFrameOfANewCameraReachesWhoWaitsWithoutARequest() {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      Viewer viewer = call.viewer();
      SimulatedCamera camera = CleanNetworkTest.simulcast(call, publisher, "camera");
      ReceivedStream stream = call.watch(viewer, camera);
      call.runMillis(1_000);

      assertThat(stream.decoded.getFirst().stamp().frame()).isZero();
      assertThat(stream.missing()).isZero();
      assertThat(stream.keyFrameRequests).isZero();
      assertThat(camera.keyFrameRequests()).isZero();
      assertThat(camera.keyFrames).isEqualTo(3);
    }
  }

  @Test
  void whoSeesNothingBeginsWithALowerLayerAndMovesUpWithTheNextKeyFrame() {
    try (SimulatedCall call = new SimulatedCall()) {
      SimulatedCamera camera = CleanNetworkTest.simulcast(call, call.publisher(), "camera");
      call.runMillis(2_000);
      camera.deaf(2, true);
      ReceivedStream stream = call.watch(call.viewer(), camera);
      call.runMillis(500);
      assertThat(stream.decoded).isEmpty();

      camera.onKeyFrameRequest(camera.stream(0));
      call.runMillis(200);
      assertThat(stream.decoded).isNotEmpty();
      assertThat(stream.lastLayer()).isZero();

      camera.deaf(2, false);
      camera.onKeyFrameRequest(camera.stream(2));
      call.runMillis(200);
      assertThat(stream.lastLayer()).isEqualTo(2);
      assertThat(stream.missing()).isZero();
      stream.checkSeams();
    }
  }

  @Test
  void oneViewerAloneCostsAFewKeyFramesAndThenOneInTwoSeconds() {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      SimulatedCamera camera = call.produce(publisher, publisher.camera("camera", VideoFormat.VP8, 1_000_000));
      Viewer viewer = call.viewer();
      ReceivedStream stream = call.watch(viewer, camera);
      call.runMillis(2_000);
      long before = camera.keyFrameRequests();
      askForKeyFrames(call, viewer, stream, 10_000);
      assertThat(camera.keyFrameRequests() - before).isBetween(6L, 3L + 10 / 2 + 1);
    }
  }

  @Test
  void whoJoinsGetsAKeyFrameHoweverManyAnotherAskedFor() {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      SimulatedCamera camera = call.produce(publisher, publisher.camera("camera", VideoFormat.VP8, 1_000_000));
      Viewer greedy = call.viewer();
      ReceivedStream stream = call.watch(greedy, camera);
      call.runMillis(1_000);
      askForKeyFrames(call, greedy, stream, 3_000);
      for (int i = 0; i < 5; i++) {
        Viewer viewer = call.viewer();
        long joinedNanos = call.now();
        ReceivedStream joined = call.watch(viewer, camera);
        askForKeyFrames(call, greedy, stream, 500);
        // At worst a request has just gone out, and the next one waits for the throttle.
        assertThat(joined.decoded).isNotEmpty();
        assertThat(joined.decoded.getFirst().atNanos() - joinedNanos).isLessThan(400 * VirtualClock.MILLI);
        assertThat(joined.keyFrameRequests).isZero();
      }
    }
  }

  @Test
  void whatACameraSendsBeforeItIsAnnouncedIsReportedAsReceived() {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      call.produce(publisher, publisher.microphone("microphone"));
      call.runMillis(1_000);
      SimulatedCamera camera = publisher.camera("camera", VideoFormat.VP8, 150_000, 500_000, 1_500_000);
      call.runMillis(250);
      long packetsBefore = camera.packets();
      call.produce(publisher, camera);
      call.runMillis(1_000);

      assertThat(packetsBefore).isGreaterThan(50);
      assertThat(publisher.transportWide().lost()).isZero();
      assertThat(publisher.transportWide().arrived()).isGreaterThan(packetsBefore + 100);
    }
  }

  /** Every 10 ms. */
  private static void askForKeyFrames(SimulatedCall call, Viewer viewer, ReceivedStream stream, int millis) {
    for (int i = 0; i < millis; i += 10) {
      viewer.sendPli(stream);
      call.runMillis(10);
    }
  }
}
