package sfu.node.media.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sfu.protocol.sim.SimulatedLink;

/** A call over networks that lose, swap and double packets: what is repaired, how fast, and what it costs. */
class LossTest {
  private static final long CALL_MILLIS = 20_000;

  /** One camera of 1.2 Mbit/s, one viewer, 20 ms each way on both sides. */
  private static final class Repaired implements AutoCloseable {
    final SimulatedCall call = new SimulatedCall();
    final Wire publishing;
    final Wire viewing;
    final Publisher publisher;
    final Viewer viewer;
    final SimulatedCamera camera;
    final ReceivedStream stream;
    final long startNanos;

    Repaired(VideoFormat format) {
      publishing = call.wire();
      viewing = call.wire();
      publisher = call.publisher(publishing);
      viewer = call.viewer(viewing);
      camera = call.produce(publisher, publisher.camera("camera", format, 1_200_000));
      stream = call.watch(viewer, camera);
      startNanos = call.now();
    }

    Repaired run() {
      call.runMillis(CALL_MILLIS);
      stream.checkSeams();
      return this;
    }

    long sentNacks() {
      return camera.stream(0).nacked;
    }

    /** Share of the frames captured, leaving out the last half second, that were decoded. */
    double decodedShare() {
      long until = call.now() - 500 * VirtualClock.MILLI;
      double captured = (double) (until - startNanos) / SimulatedCamera.FRAME_NANOS;
      return Math.min(1, stream.decodedBetween(startNanos, until) / captured);
    }

    void print(String what) {
      System.out.printf(
          "%s: lost %d up, %d down of %d; %d packets missing for good, %.1f %% of frames decoded; NACKed %d up,"
              + " %d down, resent %d up, %d down; repaired after %.0f/%.0f/%.0f ms (half/95 %%/worst); frame delay"
              + " %.0f/%.0f/%.0f ms; longest gap %.0f ms; key-frame requests %d by the viewer, %d to the camera%n",
          what, publishing.up.lost(), viewing.down.lost(), camera.packets(), stream.missing(), 100 * decodedShare(),
          sentNacks(), stream.nack.nacked(), camera.stream(0).resent, call.counters().retransmissions,
          stream.repairMillis(0.5), stream.repairMillis(0.95), stream.repairMillis(1),
          stream.delayMillis(0.5, startNanos), stream.delayMillis(0.95, startNanos), stream.delayMillis(1, startNanos),
          stream.longestGapMillis(startNanos), stream.keyFrameRequests, camera.keyFrameRequests());
    }

    @Override
    public void close() {
      call.close();
    }
  }

  @Test
  void fivePercentLossUpIsRepairedByTheSender() {
    try (Repaired repaired = new Repaired(VideoFormat.VP8)) {
      repaired.publishing.up.loss(0.05);
      repaired.run().print("5 % loss up");

      assertThat(repaired.publishing.up.lost()).isGreaterThan(100);
      assertThat(repaired.stream.missing()).isLessThanOrEqualTo(2);
      assertThat(repaired.decodedShare()).isGreaterThan(0.99);
      // One NACK a lost packet, and a little for NACKs' answers that are lost in turn.
      assertThat(repaired.sentNacks()).isLessThan(repaired.publishing.up.lost() * 5 / 4);
      assertThat(repaired.stream.delayMillis(0.95, repaired.startNanos)).isLessThan(200);
      // The viewer misses them too, but what it asks for is on its way as soon as the server has it.
      assertThat(repaired.call.counters().retransmissions).isLessThan(repaired.publishing.up.lost() / 10);
      assertThat(repaired.camera.keyFrameRequests()).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void fivePercentLossDownIsRepairedFromTheHistory() {
    try (Repaired repaired = new Repaired(VideoFormat.VP8)) {
      repaired.viewing.down.loss(0.05);
      repaired.run().print("5 % loss down");

      assertThat(repaired.viewing.down.lost()).isGreaterThan(100);
      assertThat(repaired.stream.missing()).isLessThanOrEqualTo(2);
      assertThat(repaired.decodedShare()).isGreaterThan(0.99);
      assertThat(repaired.call.counters().retransmissions).isLessThan(repaired.viewing.down.lost() * 5 / 4);
      assertThat(repaired.sentNacks()).isZero();
      assertThat(repaired.stream.delayMillis(0.95, repaired.startNanos)).isLessThan(160);
      assertThat(repaired.camera.keyFrameRequests()).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void fivePercentLossEverywhereIsRepairedOnBothLegs() {
    for (VideoFormat format : VideoFormat.values()) {
      try (Repaired repaired = new Repaired(format)) {
        repaired.publishing.up.loss(0.05);
        repaired.publishing.down.loss(0.05);
        repaired.viewing.up.loss(0.05);
        repaired.viewing.down.loss(0.05);
        repaired.run().print("5 % loss up and down, media and feedback, " + format);

        assertThat(repaired.stream.missing()).isLessThanOrEqualTo(4);
        assertThat(repaired.decodedShare()).isGreaterThan(0.98);
        assertThat(repaired.stream.delayMillis(0.95, repaired.startNanos)).isLessThan(260);
        assertThat(repaired.camera.keyFrameRequests()).isLessThanOrEqualTo(3);
      }
    }
  }

  @Test
  void reorderingIsWaitedForAndNotNackedAway() {
    try (Repaired repaired = new Repaired(VideoFormat.VP8)) {
      repaired.publishing.up.reordering(0.05, 8);
      repaired.viewing.down.reordering(0.05, 8);
      repaired.run().print("5 % of packets 8 ms late on each leg");

      assertThat(repaired.stream.missing()).isZero();
      assertThat(repaired.stream.interruptions()).isZero();
      assertThat(repaired.sentNacks()).isLessThan(repaired.publishing.up.reordered() / 10);
      assertThat(repaired.call.counters().retransmissions).isLessThan(repaired.viewing.down.reordered() / 10);
      assertThat(repaired.camera.keyFrameRequests()).isZero();
    }
  }

  @Test
  void duplicatesReachNobodyTwice() {
    try (Repaired repaired = new Repaired(VideoFormat.VP8)) {
      repaired.publishing.up.duplicates(0.2);
      repaired.run().print("every fifth packet doubled up");

      assertThat(repaired.publishing.up.duplicated()).isGreaterThan(500);
      assertThat(repaired.stream.duplicates).isZero();
      assertThat(repaired.stream.repeated).isZero();
      assertThat(repaired.stream.outOfOrder).isZero();
      assertThat(repaired.sentNacks()).isZero();
      repaired.publisher.stop(repaired.camera);
      repaired.call.runMillis(200);
      assertThat(repaired.stream.packets).isEqualTo(repaired.camera.packets());
    }
  }

  @Test
  void anOutageOfTwoSecondsOfTheSenderEndsWithOneKeyFrame() {
    try (Repaired repaired = new Repaired(VideoFormat.VP8)) {
      long fromNanos = repaired.startNanos + 5 * VirtualClock.SECOND;
      long untilNanos = fromNanos + 2 * VirtualClock.SECOND;
      outage(repaired.publishing, fromNanos, untilNanos);
      repaired.run().print("2 s outage up");
      assertRecovered(repaired, "up", untilNanos);
    }
  }

  @Test
  void anOutageOfTwoSecondsOfTheViewerEndsWithOneKeyFrame() {
    try (Repaired repaired = new Repaired(VideoFormat.VP8)) {
      long fromNanos = repaired.startNanos + 5 * VirtualClock.SECOND;
      long untilNanos = fromNanos + 2 * VirtualClock.SECOND;
      outage(repaired.viewing, fromNanos, untilNanos);
      repaired.run().print("2 s outage down");
      assertRecovered(repaired, "down", untilNanos);
    }
  }

  private static void outage(Wire wire, long fromNanos, long untilNanos) {
    for (SimulatedLink<byte[]> link : List.of(wire.up, wire.down)) {
      link.outage(fromNanos, untilNanos);
    }
  }

  private static void assertRecovered(Repaired repaired, String leg, long untilNanos) {
    double backMillis = (repaired.stream.firstDecodedSince(untilNanos).atNanos() - untilNanos) / 1e6;
    System.out.printf("2 s outage %s: next frame after %.0f ms%n", leg, backMillis);
    assertThat(backMillis).isLessThan(250);
    assertThat(repaired.camera.keyFrameRequests()).isBetween(1L, 2L);
    long laterNanos = untilNanos + VirtualClock.SECOND;
    assertThat(repaired.stream.longestGapMillis(laterNanos)).isLessThan(82);
    assertThat(repaired.stream.delayMillis(1, laterNanos)).isLessThan(60);
    // Nobody asks for the two seconds that are over.
    assertThat(repaired.sentNacks() + repaired.call.counters().retransmissions).isLessThan(60);
  }

  @Test
  void anOutageOfTwoSecondsOfThreeLayersEndsAsQuickly() {
    try (SimulatedCall call = new SimulatedCall()) {
      Wire publishing = call.wire();
      Publisher publisher = call.publisher(publishing);
      SimulatedCamera camera = CleanNetworkTest.simulcast(call, publisher, "camera");
      ReceivedStream stream = call.watch(call.viewer(), camera);
      call.runMillis(3_000);
      long untilNanos = call.now() + 2 * VirtualClock.SECOND;
      outage(publishing, call.now(), untilNanos);
      call.runMillis(6_000);
      stream.checkSeams();
      double backMillis = (stream.firstDecodedSince(untilNanos).atNanos() - untilNanos) / 1e6;
      System.out.printf(
          "2 s outage up, 3 layers: next frame after %.0f ms, %d key-frame requests, %d packets NACKed%n",
          backMillis, camera.keyFrameRequests(), camera.streams().stream().mapToLong(s -> s.nacked).sum());
      assertThat(backMillis).isLessThan(250);
      assertThat(stream.lastLayer()).isEqualTo(2);
      assertThat(stream.longestGapMillis(untilNanos + VirtualClock.SECOND)).isLessThan(120);
    }
  }

  @Test
  void aKeyFrameAskedForDuringAnOutageComesAsSoonAsItEnds() {
    try (Repaired repaired = new Repaired(VideoFormat.VP8)) {
      repaired.call.runMillis(2_000);
      long fromNanos = repaired.call.now();
      long untilNanos = fromNanos + 6 * VirtualClock.SECOND;
      outage(repaired.publishing, fromNanos, untilNanos);
      // As browsers do when no frame came for three seconds.
      repaired.call.runMillis(3_000);
      repaired.viewer.sendPli(repaired.stream);
      repaired.call.runMillis(5_000);
      double backMillis = (repaired.stream.firstDecodedSince(untilNanos).atNanos() - untilNanos) / 1e6;
      System.out.printf("6 s outage up, key frame asked for in the middle: next frame after %.0f ms%n", backMillis);
      assertThat(backMillis).isLessThan(250);
    }
  }

  @ParameterizedTest
  @EnumSource(VideoFormat.class)
  void aKeyFrameThatLostItsFirstPacketIsRepairedAndNotAskedForAgain(VideoFormat format) {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      SimulatedCamera camera = call.produce(publisher, publisher.camera("camera", format, 1_000_000));
      call.runMillis(1_000);
      camera.stream(0).lost = stamp -> stamp.keyFrame() && stamp.index() == 0;
      long joinedNanos = call.now();
      ReceivedStream stream = call.watch(call.viewer(), camera);
      call.runMillis(1_000);
      stream.checkSeams();
      assertThat(stream.firstStamp.keyFrame()).isTrue();
      assertThat(stream.firstStamp.index()).isZero();
      assertThat(camera.keyFrameRequests()).isEqualTo(1);
      double afterMillis = (stream.decoded.getFirst().atNanos() - joinedNanos) / 1e6;
      System.out.printf(
          "the first packet of the first key frame is lost, %s: first frame after %.0f ms%n", format, afterMillis);
      assertThat(afterMillis).isLessThan(250);
    }
  }

  @Test
  void threeLayersSurviveLossOnBothLegs() {
    try (SimulatedCall call = new SimulatedCall()) {
      Wire publishing = call.wire();
      Wire viewing = call.wire();
      Publisher publisher = call.publisher(publishing);
      Viewer viewer = call.viewer(viewing);
      SimulatedCamera camera = CleanNetworkTest.simulcast(call, publisher, "camera");
      ReceivedStream stream = call.watch(viewer, camera);
      publishing.up.loss(0.05);
      viewing.down.loss(0.05);
      call.runMillis(3_000);
      long from = call.now();
      // Layers come and go while packets are lost.
      for (int i = 0; i < 4; i++) {
        camera.silence(2, i % 2 == 0);
        call.runMillis(2_500);
      }
      stream.checkSeams();
      System.out.printf(
          "3 layers, 5 %% loss on both legs, the highest off and on: %d missing, %d interruptions, longest gap %.0f"
              + " ms, key-frame requests %d by the viewer, %d to the camera%n",
          stream.missing(), stream.interruptions(), stream.longestGapMillis(from), stream.keyFrameRequests,
          camera.keyFrameRequests());
      assertThat(stream.lastLayer()).isEqualTo(2);
      assertThat(stream.longestGapMillis(from)).isLessThan(1_300);
      assertThat(stream.missing()).isLessThanOrEqualTo(10);
    }
  }
}
