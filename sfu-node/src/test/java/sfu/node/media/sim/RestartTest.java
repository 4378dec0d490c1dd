package sfu.node.media.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Senders that begin anew, with other numbers and other clocks. That no SRTP index comes twice, {@link PacketIndexCheck}
 * sees to.
 */
class RestartTest {
  @ParameterizedTest
  @ValueSource(ints = {10_000, 20_000, 30_000})
  void aMicrophoneThatBeginsAnewTwiceWithinABatchIsHeardAgain(int numbers) {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      SimulatedMicrophone microphone = call.produce(publisher, publisher.microphone("microphone"));
      ReceivedStream stream = call.watch(call.viewer(), microphone);
      call.runMillis(2_000);
      for (int run = 0; run < 3; run++) {
        for (int i = 0; i < 4; i++) {
          microphone.send(call.now());
        }
        microphone.streams().getFirst().skip(run < 2 ? numbers : 0);
      }
      long restartedNanos = call.now();
      call.runMillis(2_000);

      assertThat(stream.longestGapMillis(restartedNanos)).isLessThan(1_000);
      assertThat(stream.decodedBetween(restartedNanos + VirtualClock.SECOND, call.now())).isGreaterThan(45);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {10_000, 20_000, 30_000})
  void aCameraThatBeginsAnewTwiceWithinABatchIsSeenAgain(int numbers) {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      SimulatedCamera camera = call.produce(publisher, publisher.camera("camera", VideoFormat.VP8, 1_000_000));
      ReceivedStream stream = call.watch(call.viewer(), camera);
      call.runMillis(2_000);
      for (int run = 0; run < 3; run++) {
        // The first packet after a jump is held for a stray one: of the second frame, nothing is missing.
        camera.sendKeyFrame(0, call.now());
        camera.sendKeyFrame(0, call.now());
        camera.stream(0).skip(run < 2 ? numbers : 0);
      }
      long restartedNanos = call.now();
      call.runMillis(2_000);

      assertThat(stream.longestGapMillis(restartedNanos)).isLessThan(1_000);
      assertThat(stream.decodedBetween(restartedNanos + VirtualClock.SECOND, call.now())).isGreaterThan(20);
    }
  }

  @Test
  void theRestartOfOneLayerLeavesTheViewersOfAnotherAlone() {
    try (SimulatedCall call = new SimulatedCall()) {
      SimulatedCamera camera = CleanNetworkTest.simulcast(call, call.publisher(), "camera");
      ReceivedStream stream = call.watch(call.viewer(), camera);
      call.runMillis(2_000);
      assertThat(stream.lastLayer()).isEqualTo(2);
      long requests = camera.keyFrameRequests();
      long restartedNanos = call.now();
      camera.stream(0).skip(10_000);
      camera.stream(1).skip(20_000);
      call.runMillis(2_000);

      assertThat(stream.longestGapMillis(restartedNanos)).isLessThan(45);
      assertThat(stream.interruptions()).isZero();
      assertThat(camera.keyFrameRequests()).isEqualTo(requests);
      assertThat(stream.lastLayer()).isEqualTo(2);
    }
  }

  /** Ahead and back by 11 s, at any moment between reports. */
  @ParameterizedTest
  @ValueSource(ints = {1_000_000, -1_000_000})
  void afterARestartReportsDoNotUseTheOldClock(int clockJumpTicks) {
    for (int atMillis = 2_000; atMillis < 3_000; atMillis += 100) {
      try (SimulatedCall call = new SimulatedCall()) {
        Publisher publisher = call.publisher();
        SimulatedCamera camera = call.produce(publisher, publisher.camera("camera", VideoFormat.VP8, 1_000_000));
        Viewer viewer = call.viewer();
        ReceivedStream stream = call.watch(viewer, camera);
        call.runMillis(atMillis);
        camera.stream(0).skip(10_000);
        camera.stream(0).jump(clockJumpTicks);
        long reports = viewer.senderReports;
        for (int i = 0; i < 50; i++) {
          call.runMillis(50);
          assertThat(Math.abs(CleanNetworkTest.errorMillis(call, publisher, stream))).isLessThan(10);
        }
        assertThat(viewer.senderReports).isGreaterThan(reports);
      }
    }
  }

  /** Ahead and back by 11 s and by 3 h. */
  @ParameterizedTest
  @ValueSource(ints = {1_000_000, -1_000_000, 1_000_000_000, -1_000_000_000})
  void timestampsRunOnWhateverASendersClockDoes(int clockJumpTicks) {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      SimulatedCamera camera = call.produce(publisher, publisher.camera("camera", VideoFormat.VP8, 1_000_000));
      ReceivedStream stream = call.watch(call.viewer(), camera);
      call.runMillis(3_000);
      camera.stream(0).skip(10_000);
      camera.stream(0).jump(clockJumpTicks);
      call.runMillis(3_000);

      assertThat(stream.decoded).hasSizeGreaterThan(140);
      assertStepsLikeTime(stream.decoded);
    }
  }

  /** Until its next report, a layer whose clock jumped contradicts the others. */
  @Test
  void timestampsRunOnWhenReportsOfLayersContradictEachOther() {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      SimulatedCamera camera = CleanNetworkTest.simulcast(call, publisher, "camera");
      ReceivedStream stream = call.watch(call.viewer(), camera);
      // Just after a report, so that the switch comes before the next one.
      call.runMillis(3_050);
      camera.silence(2, true);
      camera.stream(1).jump(9_000_000);
      call.runMillis(3_000);

      assertThat(stream.lastLayer()).isEqualTo(1);
      assertStepsLikeTime(stream.decoded);
    }
  }

  private static void assertStepsLikeTime(List<ReceivedStream.Decoded> decoded) {
    for (int i = 1; i < decoded.size(); i++) {
      ReceivedStream.Decoded before = decoded.get(i - 1);
      ReceivedStream.Decoded after = decoded.get(i);
      long elapsedTicks = (after.atNanos() - before.atNanos()) * 9 / 100_000;
      assertThat(after.timestamp() - before.timestamp()).isPositive().isLessThanOrEqualTo((int) elapsedTicks + 90_000);
    }
  }
}
