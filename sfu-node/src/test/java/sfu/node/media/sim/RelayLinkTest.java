package sfu.node.media.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.Test;
import sfu.node.media.MediaCommand;
import sfu.node.media.MediaEvent;
import sfu.node.media.MediaReply;
import sfu.node.media.transport.Drop;
import sfu.protocol.ortc.Ortc;
import sfu.protocol.ortc.RtpParameters;

/** Links between workers: how they begin, who can't hurt them, and what their end means. */
class RelayLinkTest {
  private static SimulatedCamera camera(SimulatedCall call) {
    Publisher publisher = call.publisher();
    return call.produce(publisher, publisher.camera("camera", VideoFormat.VP8, 500_000));
  }

  private static MediaCommand.OpenConsumer open(
      SimulatedCall call, Viewer viewer, SimulatedCamera camera, TestInbox<MediaReply> replies, int ssrc) {
    RtpParameters consumable = Ortc.consumable(camera.parameters(), camera.type(), SimulatedCall.CAPABILITIES);
    RtpParameters parameters =
        Ortc.consumerParameters(consumable, SimulatedCall.CAPABILITIES, "m", ssrc, ssrc + 1, "cname").orElseThrow();
    return new MediaCommand.OpenConsumer(
        viewer.transport().config.id(), "direct-" + ssrc, camera.producerId(), call.workers.getFirst().ref(),
        parameters, false, replies.getRef());
  }

  // -- beginning -----------------------------------------------------------------------------------------------------

  @Test
  void consumersThatAskAtOnceShareOneCrossing() {
    try (SimulatedCall call = RelayTest.twoWorkers()) {
      SimulatedCamera camera = camera(call);
      Viewer viewer = RelayTest.farViewer(call);
      viewer.repairs = false;
      TestInbox<MediaReply> replies = TestInbox.create();
      for (int i = 0; i < 5; i++) {
        call.workers.get(1).core.submit(open(call, viewer, camera, replies, 9_000 + 2 * i));
      }
      call.runMillis(1_000);
      assertThat(replies.getAllReceived()).hasSize(5).allMatch(MediaReply.Done.class::isInstance);
      assertThat(call.between(0, 1).bySsrc()).hasSize(1);
    }
  }

  @Test
  void linksOpenedByBothEndsAtOnceAreOne() {
    for (int run = 0; run < 8; run++) {
      try (SimulatedCall call = RelayTest.twoWorkers()) {
        SimulatedCamera[] cameras = new SimulatedCamera[2];
        Viewer[] viewers = new Viewer[2];
        for (int at = 0; at < 2; at++) {
          Publisher publisher = call.publisher(call.wire(at));
          cameras[at] = call.produce(publisher, publisher.camera("camera " + at, VideoFormat.VP8, 500_000));
          viewers[at] = call.viewer(call.wire(at));
          viewers[at].repairs = false;
        }
        TestInbox<MediaReply> replies = TestInbox.create();
        for (int at = 0; at < 2; at++) {
          MediaCommand.OpenConsumer open = open(call, viewers[at], cameras[1 - at], replies, 9_000);
          call.workers.get(at).core.submit(
              new MediaCommand.OpenConsumer(
                  open.transportId(), open.consumerId(), open.producerId(), call.workers.get(1 - at).ref(),
                  open.rtpParameters(), false, replies.getRef()));
        }
        call.runMillis(3_000);
        assertThat(replies.getAllReceived()).hasSize(2).allMatch(MediaReply.Done.class::isInstance);
        assertThat(viewers[0].unknown().values().iterator().next()).isGreaterThan(50L);
        assertThat(viewers[1].unknown().values().iterator().next()).isGreaterThan(50L);
        assertThat(call.told()).noneMatch(MediaEvent.ConsumerLost.class::isInstance);
      }
    }
  }

  @Test
  void aConsumerThatIsClosedWhileItWaitsIsNeverOpened() {
    try (SimulatedCall call = RelayTest.twoWorkers()) {
      SimulatedCamera camera = camera(call);
      Viewer viewer = RelayTest.farViewer(call);
      SimulatedWorker far = call.workers.get(1);
      TestInbox<MediaReply> replies = TestInbox.create();
      far.core.submit(open(call, viewer, camera, replies, 9_000));
      far.core.submit(new MediaCommand.CloseConsumer("direct-9000"));
      call.runMillis(3_000);
      assertThat(replies.getAllReceived()).hasSize(1).allMatch(MediaReply.Failed.class::isInstance);
      assertThat(((MediaReply.Load) call.ask(far, MediaCommand.GetLoad::new)).consumers()).isZero();
      assertThat(call.between(0, 1).packets()).isZero();
    }
  }

  @Test
  void whoeverIsNotAnsweredIsRefusedInTime() {
    try (SimulatedCall call = RelayTest.twoWorkers()) {
      SimulatedCamera camera = camera(call);
      Viewer viewer = RelayTest.farViewer(call);
      call.workers.getFirst().losesMail = true;
      long asked = call.now();
      MediaReply reply =
          call.ask(call.workers.get(1), to -> withReply(open(call, viewer, camera, TestInbox.create(), 9_000), to));
      assertThat(((MediaReply.Failed) reply).reason()).contains("camera", "no answer to the offer of a link");
      assertThat(call.now() - asked).isBetween(2_400 * VirtualClock.MILLI, 2_600 * VirtualClock.MILLI);

      call.workers.getFirst().losesMail = false;
      ReceivedStream stream = call.watch(viewer, camera);
      call.runMillis(1_000);
      assertThat(stream.decoded.size()).isGreaterThan(15);
    }
  }

  @Test
  void anAnswerThatComesTooLateDisturbsNoLaterAttempt() {
    try (SimulatedCall call = RelayTest.twoWorkers()) {
      SimulatedCamera camera = camera(call);
      Viewer viewer = RelayTest.farViewer(call);
      ReceivedStream first = call.watch(viewer, camera);
      call.runMillis(500);
      call.tell(new MediaCommand.CloseConsumer(first.consumerId));
      call.runMillis(3_000);
      SimulatedWorker far = call.workers.get(1);
      far.keepsMail = true;
      MediaReply reply = call.ask(far, to -> withReply(open(call, viewer, camera, TestInbox.create(), 9_000), to));
      assertThat(((MediaReply.Failed) reply).reason()).contains("no answer within 2.5 s");

      TestInbox<MediaReply> replies = TestInbox.create();
      far.core.submit(open(call, viewer, camera, replies, 9_100));
      call.runMillis(10);
      far.keepsMail = false;
      call.runMillis(8_000);
      assertThat(replies.receiveMessage()).isInstanceOf(MediaReply.Done.class);
      assertThat(call.told()).noneMatch(MediaEvent.ConsumerLost.class::isInstance);
      assertThat(viewer.unknown().get(9_100)).isGreaterThan(400L);
    }
  }

  @Test
  void aNetworkThatLetsNothingThroughRefusesInTime() {
    try (SimulatedCall call = RelayTest.twoWorkers()) {
      SimulatedCamera camera = camera(call);
      Viewer viewer = RelayTest.farViewer(call);
      call.between(0, 1).outage(call.now(), Long.MAX_VALUE);
      MediaReply reply =
          call.ask(call.workers.get(1), to -> withReply(open(call, viewer, camera, TestInbox.create(), 9_000), to));
      assertThat(((MediaReply.Failed) reply).reason()).contains("no way within 2.5 s");
    }
  }

  @Test
  void aProducerThatIsNotThereIsRefusedAtOnce() {
    try (SimulatedCall call = RelayTest.twoWorkers()) {
      SimulatedCamera camera = camera(call);
      Viewer viewer = RelayTest.farViewer(call);
      call.tell(new MediaCommand.CloseProducer(camera.producerId()));
      long asked = call.now();
      MediaReply reply =
          call.ask(call.workers.get(1), to -> withReply(open(call, viewer, camera, TestInbox.create(), 9_000), to));
      assertThat(((MediaReply.Failed) reply).reason()).contains("no such producer in the channel");
      assertThat(call.now() - asked).isLessThan(10 * VirtualClock.MILLI);
    }
  }

  private static MediaCommand withReply(
      MediaCommand.OpenConsumer open, ActorRef<MediaReply> to) {
    return new MediaCommand.OpenConsumer(
        open.transportId(), open.consumerId(), open.producerId(), open.origin(), open.rtpParameters(), open.paused(),
        to);
  }

  // -- end -----------------------------------------------------------------------------------------------------------

  @Test
  void theLossOfALinkIsToldAndWhatItCarriedCanBeSetUpAgain() {
    try (SimulatedCall call = RelayTest.twoWorkers()) {
      SimulatedCamera camera = camera(call);
      Viewer viewer = RelayTest.farViewer(call);
      ReceivedStream stream = call.watch(viewer, camera);
      ReceivedStream near = call.watch(call.viewer(), camera);
      call.runMillis(2_000);
      long fromNanos = call.now();
      call.between(0, 1).outage(fromNanos, fromNanos + 8 * VirtualClock.SECOND);
      call.runMillis(4_000);
      assertThat(call.told()).noneMatch(MediaEvent.ConsumerLost.class::isInstance);
      call.runMillis(2_000);
      assertThat(call.told()).contains(new MediaEvent.ConsumerLost(stream.consumerId));
      assertThat(call.told().stream().filter(MediaEvent.ConsumerLost.class::isInstance)).hasSize(1);
      call.runMillis(2_000);

      ReceivedStream again = call.watch(viewer, camera);
      call.runMillis(2_000);
      assertThat(again.decoded.size()).isGreaterThan(40);
      again.checkSeams();
      near.checkSeams();
      assertThat(near.longestGapMillis(fromNanos)).isLessThan(82);
    }
  }

  @Test
  void theLossOfTheOtherWorkerIsToldAtOnce() {
    try (SimulatedCall call = RelayTest.twoWorkers()) {
      SimulatedCamera camera = camera(call);
      ReceivedStream stream = call.watch(RelayTest.farViewer(call), camera);
      call.runMillis(2_000);
      call.workers.get(1).core.workerLost(call.workers.getFirst().ref());
      call.runMillis(1);
      assertThat(call.told()).contains(new MediaEvent.ConsumerLost(stream.consumerId));
    }
  }

  @Test
  void aWorkerThatEndsTakesItsLinksWithIt() {
    try (SimulatedCall call = RelayTest.twoWorkers()) {
      SimulatedCamera camera = camera(call);
      call.watch(RelayTest.farViewer(call), camera);
      call.runMillis(2_000);
      call.workers.getFirst().core.submit(new MediaCommand.Shutdown());
      call.runMillis(500);
      MediaReply.Load load = (MediaReply.Load) call.ask(call.workers.get(1), MediaCommand.GetLoad::new);
      assertThat(load.consumers()).isZero();
    }
  }

  /** One end forgot the link, as a worker does that was thought dead: what it opens anew takes the old one's place. */
  @Test
  void aNewLinkTakesThePlaceOfTheOldOneAtOnce() {
    try (SimulatedCall call = RelayTest.twoWorkers()) {
      SimulatedCamera camera = camera(call);
      Viewer viewer = RelayTest.farViewer(call);
      call.watch(viewer, camera);
      call.runMillis(2_000);
      call.workers.get(1).core.workerLost(call.workers.getFirst().ref());
      call.runMillis(5);
      ReceivedStream again = call.watch(viewer, camera);
      long watchedNanos = call.now();
      call.runMillis(1_000);
      assertThat(again.decoded.getFirst().atNanos() - watchedNanos).isLessThan(250 * VirtualClock.MILLI);
      again.checkSeams();
    }
  }

  // -- who can't hurt it ---------------------------------------------------------------------------------------------

  @Test
  void forgedReplayedAndCutDatagramsAreDroppedAndCounted() {
    try (SimulatedCall call = RelayTest.twoWorkers()) {
      SimulatedCamera camera = camera(call);
      ReceivedStream stream = call.watch(RelayTest.farViewer(call), camera);
      call.runMillis(2_000);
      WorkerLink link = call.between(0, 1);
      long fromNanos = call.now();
      SplittableRandom random = new SplittableRandom(3);
      for (int i = 0; i < 300; i++) {
        for (byte[] genuine : new byte[][] {link.lastRtp(), link.lastRtcp(), link.lastStun()}) {
          byte[] forged = genuine.clone();
          forged[random.nextInt(forged.length)] ^= (byte) (1 << random.nextInt(8));
          link.atSecond.sendUp(genuine, call.now());
          link.atSecond.sendUp(forged, call.now());
          link.atSecond.sendUp(Arrays.copyOf(genuine, 1 + random.nextInt(genuine.length - 1)), call.now());
          byte[] noise = new byte[1 + random.nextInt(400)];
          random.nextBytes(noise);
          link.atSecond.sendUp(noise, call.now());
        }
        call.runMillis(5);
      }
      assertThat(call.workers.get(1).core.counters().drops(Drop.REPLAYED)).isGreaterThan(300);
      assertThat(call.workers.get(1).core.counters().drops(Drop.UNAUTHENTIC)).isGreaterThan(100);
      assertThat(stream.missing()).isZero();
      assertThat(stream.duplicates).isZero();
      assertThat(stream.repeated).isZero();
      assertThat(stream.longestGapMillis(fromNanos)).isLessThan(45);
      assertThat(call.told()).noneMatch(MediaEvent.ConsumerLost.class::isInstance);
      stream.checkSeams();
    }
  }

  @Test
  void aCheckSentAgainFromElsewhereMovesNothing() {
    try (SimulatedCall call = RelayTest.twoWorkers()) {
      SimulatedCamera camera = camera(call);
      ReceivedStream stream = call.watch(RelayTest.farViewer(call), camera);
      call.runMillis(2_500);
      WorkerLink link = call.between(0, 1);
      Wire elsewhere = call.wire(0);
      Wire elsewhereToo = call.wire(1);
      long fromNanos = call.now();
      for (int i = 0; i < 1_000; i++) {
        elsewhere.sendUp(link.lastStun(), call.now());
        elsewhereToo.sendUp(link.lastStun(), call.now());
        call.runMillis(3);
      }
      assertThat(stream.longestGapMillis(fromNanos)).isLessThan(45);
      assertThat(stream.missing()).isZero();
      // What it got is as much as it sent, and nothing of media.
      assertThat(elsewhere.down.sent()).isLessThanOrEqualTo(elsewhere.up.sent() + 10);
      assertThat(elsewhereToo.down.sent()).isLessThanOrEqualTo(elsewhereToo.up.sent() + 10);
    }
  }
}
