package sfu.node.media.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Viewers whose line carries less than the call: four cameras of three layers each, and their voices. */
class NarrowLineTest {
  private static final int PEOPLE = 4;
  private static final int QUEUE_BYTES = 100_000;
  private static final double FRAMES_A_SECOND = 25;

  /** A viewer and what it gets. */
  private static final class Watching {
    final SimulatedCall call;
    final Wire wire;
    final List<ReceivedStream> cameras = new ArrayList<>();
    final List<ReceivedStream> voices = new ArrayList<>();

    Watching(SimulatedCall call, Wire wire, List<SimulatedCamera> cameras, List<SimulatedMicrophone> microphones) {
      this.call = call;
      this.wire = wire;
      Viewer viewer = call.viewer(wire);
      cameras.forEach(camera -> this.cameras.add(call.watch(viewer, camera)));
      microphones.forEach(microphone -> this.voices.add(call.watch(viewer, microphone)));
    }

    List<Integer> layers() {
      return cameras.stream().map(ReceivedStream::lastLayer).toList();
    }

    Set<Integer> seenLayers(long fromNanos) {
      return cameras.stream()
          .flatMap(camera -> camera.decoded.stream())
          .filter(frame -> frame.atNanos() >= fromNanos)
          .map(frame -> frame.stamp().layer())
          .collect(Collectors.toSet());
    }

    /** The share of each camera's frames that could be decoded. */
    List<Double> decoded(long fromNanos) {
      double frames = (call.now() - fromNanos) / 1e9 * FRAMES_A_SECOND;
      return cameras.stream().map(camera -> camera.decodedBetween(fromNanos, call.now()) / frames).toList();
    }

    double delayMillis(long fromNanos) {
      return cameras.stream()
          .mapToDouble(camera -> camera.delayMillis(0.95, fromNanos))
          .filter(delay -> delay > 0)
          .max()
          .orElse(0);
    }

    long voicePackets() {
      return voices.stream().mapToLong(voice -> voice.packets).sum();
    }

    void print(String what, long fromNanos) {
      System.out.printf(
          "%s: layers %s, frames decoded %s, 95 %% within %.0f ms, %d of %d packets lost%n",
          what, layers(), decoded(fromNanos).stream().map("%.2f"::formatted).toList(), delayMillis(fromNanos),
          wire.down.lost(), wire.down.sent());
    }
  }

  private static final class Call implements AutoCloseable {
    final SimulatedCall call = new SimulatedCall();
    final List<SimulatedCamera> cameras = new ArrayList<>();
    final List<SimulatedMicrophone> microphones = new ArrayList<>();

    Call() {
      for (int i = 0; i < PEOPLE; i++) {
        Publisher publisher = call.publisher();
        cameras.add(CleanNetworkTest.simulcast(call, publisher, "camera-" + i));
        microphones.add(call.produce(publisher, publisher.microphone("microphone-" + i)));
      }
      call.runMillis(3_000);
    }

    Watching watching(long bps) {
      Wire wire = call.wire();
      if (bps > 0) {
        wire.down.bottleneck(bps, QUEUE_BYTES);
      }
      return new Watching(call, wire, cameras, microphones);
    }

    /** Runs on for some seconds. Returns when it began. */
    long run(long seconds) {
      long fromNanos = call.now();
      call.runMillis(1_000 * seconds);
      return fromNanos;
    }

    @Override
    public void close() {
      call.close();
    }
  }

  @Test
  void whoHasTheLineForItSeesAllAtTheirBestWithinASecond() {
    try (Call call = new Call()) {
      Watching watching = call.watching(0);
      long fromNanos = call.run(1);
      watching.print("no bottleneck", fromNanos);
      assertThat(watching.layers()).containsOnly(2);
      assertThat(watching.decoded(fromNanos)).allMatch(share -> share > 0.9);
      assertThat(call.call.counters().reductions).isZero();
      long probes = call.call.counters().probePackets;
      call.run(20);
      // Nothing more is wanted.
      assertThat(call.call.counters().probePackets).isEqualTo(probes);
      assertThat(watching.layers()).containsOnly(2);
    }
  }

  @Test
  void whoMayBeSentLessThanThereIsProbesForNoMoreThanThat() {
    try (SimulatedCall call = new SimulatedCall(8_000_000, 4_000_000)) {
      Publisher publisher = call.publisher();
      Viewer viewer = call.viewer();
      for (int i = 0; i < PEOPLE; i++) {
        call.watch(viewer, CleanNetworkTest.simulcast(call, publisher, "camera-" + i));
      }
      call.runMillis(3_000);
      long probes = call.counters().probePackets;
      call.runMillis(30_000);
      assertThat(call.counters().probePackets).isEqualTo(probes);
    }
  }

  @Test
  void whoHasANarrowLineGetsWhatFitsAndTheOthersAll() {
    try (Call call = new Call()) {
      Watching narrow = call.watching(2_000_000);
      Watching wide = call.watching(0);
      long fromNanos = call.run(10);
      narrow.print("2 Mbit/s, the first ten seconds", fromNanos);
      assertThat(narrow.decoded(fromNanos)).allMatch(share -> share > 0.75);
      fromNanos = call.run(30);
      narrow.print("2 Mbit/s", fromNanos);
      wide.print("beside it", fromNanos);
      assertThat(narrow.decoded(fromNanos)).allMatch(share -> share > 0.97);
      assertThat(narrow.delayMillis(fromNanos)).isLessThan(250);
      assertThat(narrow.seenLayers(fromNanos)).contains(1);
      assertThat(wide.layers()).containsOnly(2);
      assertThat(wide.delayMillis(fromNanos)).isLessThan(80);
      narrow.cameras.forEach(ReceivedStream::checkSeams);
    }
  }

  @Test
  void aLineThatGetsNarrowIsFollowedAndOneThatGetsWideAgain() {
    try (Call call = new Call()) {
      Watching watching = call.watching(12_000_000);
      call.run(5);
      assertThat(watching.layers()).containsOnly(2);
      watching.wire.down.bottleneck(1_200_000, QUEUE_BYTES);
      long fromNanos = call.run(10);
      watching.print("from 12 to 1.2 Mbit/s, the first ten seconds", fromNanos);
      fromNanos = call.run(20);
      watching.print("1.2 Mbit/s", fromNanos);
      assertThat(watching.decoded(fromNanos)).allMatch(share -> share > 0.95);
      assertThat(watching.delayMillis(fromNanos)).isLessThan(300);
      watching.wire.down.bottleneck(12_000_000, QUEUE_BYTES);
      fromNanos = call.run(30);
      watching.print("12 Mbit/s again", fromNanos);
      assertThat(watching.layers()).containsOnly(2);
      watching.cameras.forEach(ReceivedStream::checkSeams);
    }
  }

  @Test
  void manyVoicesLeaveWhatTheyLeaveToThePictures() {
    try (Call call = new Call()) {
      for (int i = 0; i < 10; i++) {
        Publisher publisher = call.call.publisher();
        call.microphones.add(call.call.produce(publisher, publisher.microphone("more-" + i)));
      }
      call.run(3);
      // Fourteen voices take 0.9 of it.
      Watching watching = call.watching(2_000_000);
      call.run(10);
      long fromNanos = call.run(20);
      watching.print("2 Mbit/s with fourteen voices", fromNanos);
      assertThat(watching.decoded(fromNanos)).allMatch(share -> share > 0.95);
      assertThat(watching.delayMillis(fromNanos)).isLessThan(300);
    }
  }

  @Test
  void aLineForOneCameraLessThanThereAreKeepsTheSameOnesOn() {
    try (Call call = new Call()) {
      // Voices 0.26, and 0.16 a camera at its least: three fit.
      Watching watching = call.watching(800_000);
      call.run(20);
      long requests = call.cameras.stream().mapToLong(SimulatedCamera::keyFrameRequests).sum();
      long fromNanos = call.run(60);
      watching.print("800 kbit/s", fromNanos);
      requests = call.cameras.stream().mapToLong(SimulatedCamera::keyFrameRequests).sum() - requests;
      System.out.printf("800 kbit/s: %d key-frame requests in a minute%n", requests);
      assertThat(watching.decoded(fromNanos)).anyMatch(share -> share > 0.98);
      assertThat(requests).isLessThan(30);
    }
  }

  @Test
  void onALineTooNarrowForThePicturesVoicesGoOnAndOnePictureAndTheOthersComeBack() {
    try (Call call = new Call()) {
      Watching watching = call.watching(500_000);
      long fromNanos = call.run(10);
      watching.print("500 kbit/s, the first ten seconds", fromNanos);
      long voiceBefore = watching.voicePackets();
      fromNanos = call.run(20);
      watching.print("500 kbit/s", fromNanos);
      double voicePackets = PEOPLE * 20 * 50;
      assertThat(watching.voicePackets() - voiceBefore).isGreaterThan((long) (0.97 * voicePackets));
      assertThat(watching.decoded(fromNanos)).anyMatch(share -> share > 0.95);
      assertThat(watching.decoded(fromNanos)).anyMatch(share -> share < 0.1);
      assertThat(watching.delayMillis(fromNanos)).isLessThan(400);
      watching.wire.down.bottleneck(12_000_000, QUEUE_BYTES);
      fromNanos = call.run(40);
      watching.print("12 Mbit/s", fromNanos);
      assertThat(watching.layers()).containsOnly(2);
    }
  }
}
