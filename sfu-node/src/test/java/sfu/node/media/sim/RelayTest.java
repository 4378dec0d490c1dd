package sfu.node.media.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Producers of one worker and viewers on another, who must not notice. */
class RelayTest {
  private static SimulatedCall twoWorkers() {
    return new SimulatedCall(2, 8_000_000, 10_000_000);
  }

  private static SimulatedCamera simulcast(SimulatedCall call) {
    Publisher publisher = call.publisher();
    return call.produce(publisher, publisher.camera("camera", VideoFormat.VP8, 150_000, 500_000, 1_500_000));
  }

  @Test
  void aViewerOnAnotherWorkerSeesAndHearsEverything() {
    try (SimulatedCall call = twoWorkers()) {
      Publisher publisher = call.publisher();
      SimulatedCamera camera =
          call.produce(publisher, publisher.camera("camera", VideoFormat.VP8, 150_000, 500_000, 1_500_000));
      SimulatedMicrophone microphone = call.produce(publisher, publisher.microphone("microphone"));
      call.runMillis(1_000);
      Viewer viewer = call.viewer(call.wire(1));
      long joined = call.now();
      ReceivedStream video = call.watch(viewer, camera);
      ReceivedStream audio = call.watch(viewer, microphone);
      call.runMillis(5_000);
      System.out.printf(
          "relayed: first frame after %d ms, %s drops at the far worker%n",
          (video.decoded.getFirst().atNanos() - joined) / VirtualClock.MILLI,
          call.workers.get(1).core.counters().describeDrops());
      assertThat(video.lastLayer()).isEqualTo(2);
      assertThat(video.decodedBetween(joined + VirtualClock.SECOND, joined + 4 * VirtualClock.SECOND)).isEqualTo(75);
      assertThat(audio.decodedBetween(joined + VirtualClock.SECOND, joined + 4 * VirtualClock.SECOND)).isEqualTo(150);
      assertThat(video.missing() + audio.missing()).isZero();
      assertThat(video.interruptions()).isZero();
      video.checkSeams();
      audio.checkSeams();
    }
  }

  @Test
  void tenViewersMakeOneCrossing() {
    try (SimulatedCall call = twoWorkers()) {
      SimulatedCamera camera = simulcast(call);
      List<ReceivedStream> streams = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        streams.add(call.watch(call.viewer(call.wire(1)), camera));
      }
      call.runMillis(3_000);
      long crossed = call.between(0, 1).packets();
      long sent = camera.stream(2).packets;
      long received = streams.getFirst().packets;
      call.runMillis(2_000);
      assertThat(call.between(0, 1).packets() - crossed).isEqualTo(camera.stream(2).packets - sent);
      assertThat(streams.getFirst().packets - received).isEqualTo(camera.stream(2).packets - sent);
    }
  }
}
