package sfu.node.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.net.InetAddress;
import java.time.Duration;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sfu.node.media.io.IoKind;
import sfu.node.media.io.PortRange;
import sfu.node.media.worker.WorkerLoop;
import sfu.node.media.worker.WorkerSettings;
import sfu.protocol.dtls.DtlsCertificate;
import sfu.protocol.srtp.SrtpCrypto;

class MediaWorkerTest {
  private final ActorTestKit kit =
      ActorTestKit.create(
          ManualTime.config().withFallback(ConfigFactory.parseString("pekko.actor.provider = local")));
  private final ManualTime time = ManualTime.get(kit.system());
  /** Timings.MOVE of the cluster. */
  private static final Duration GRACE = Duration.ofSeconds(8);

  private final TestProbe<MediaReply> replies = kit.createTestProbe(MediaReply.class);
  private ActorRef<MediaCommand> worker;

  @BeforeEach
  void start() throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    WorkerSettings settings =
        new WorkerSettings(
            0,
            loopback,
            loopback,
            loopback,
            new PortRange(42_000, 42_999),
            IoKind.BEST,
            SrtpCrypto.best(),
            DtlsCertificate.generate(),
            8_000_000,
            10_000_000);
    worker = kit.spawn(MediaWorker.create(WorkerLoop.bind(settings)));
  }

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void transportsOutliveTheirOwnerByTheGraceOfAMove() {
    ActorRef<MediaEvent> owner = kit.spawn(Behaviors.ignore());
    open("a", owner);
    open("b", owner);
    open("c", kit.createTestProbe(MediaEvent.class).getRef());
    assertThat(transports()).isEqualTo(3);

    end(owner);

    time.timePasses(GRACE.minusMillis(1));
    assertThat(transports()).isEqualTo(3);
    time.timePasses(Duration.ofMillis(1));
    assertThat(transports()).isEqualTo(1);
  }

  @Test
  void whatIsClosedWithinTheGraceIsNotClosedAgain() {
    ActorRef<MediaEvent> owner = kit.spawn(Behaviors.ignore());
    open("a", owner);
    end(owner);
    worker.tell(new MediaCommand.CloseTransport("a"));
    open("b", kit.createTestProbe(MediaEvent.class).getRef());

    time.timePasses(GRACE);

    assertThat(transports()).isEqualTo(1);
  }

  @Test
  void aWorkerThatDrainsTellsItsOwnersAndThoseWhoComeTooLate() {
    TestProbe<MediaEvent> owner = kit.createTestProbe(MediaEvent.class);
    open("a", owner.getRef());
    open("b", owner.getRef());

    worker.tell(new MediaCommand.Drain());

    owner.expectMessage(new MediaEvent.WorkerDraining());
    TestProbe<MediaEvent> late = kit.createTestProbe(MediaEvent.class);
    open("c", late.getRef());
    late.expectMessage(new MediaEvent.WorkerDraining());
    owner.expectNoMessage(Duration.ZERO);
    assertThat(transports()).isEqualTo(3);
  }

  @Test
  void anOwnerThatClosedItsTransportsIsForgotten() {
    ActorRef<MediaEvent> owner = kit.spawn(Behaviors.ignore());
    open("a", owner);
    worker.tell(new MediaCommand.CloseTransport("a"));
    open("a", kit.createTestProbe(MediaEvent.class).getRef());

    kit.stop(owner);

    assertThat(transports()).isEqualTo(1);
  }

  @Test
  void itsEndTellsTheOwners() {
    TestProbe<MediaEvent> owner = kit.createTestProbe(MediaEvent.class);
    open("a", owner.getRef());

    worker.tell(new MediaCommand.Shutdown());

    MediaEvent.TransportClosed closed = owner.expectMessageClass(MediaEvent.TransportClosed.class);
    assertThat(closed).isEqualTo(
        new MediaEvent.TransportClosed("a", MediaEvent.TransportClosed.Reason.WORKER_STOPPED));
    replies.expectTerminated(worker);
  }

  /** Ends an owner, and waits until the worker has heard of it. */
  private void end(ActorRef<MediaEvent> owner) {
    TestProbe<String> watch = kit.createTestProbe(String.class);
    kit.spawn(
        Behaviors.<String>setup(
            context -> {
              context.watchWith(owner, "ended");
              watch.getRef().tell("watching");
              return Behaviors.receiveMessage(
                  message -> {
                    watch.getRef().tell(message);
                    return Behaviors.stopped();
                  });
            }));
    watch.expectMessage("watching");
    kit.stop(owner);
    // Who began to watch later is told later; but the worker's notice may still be overtaken by one message.
    watch.expectMessage("ended");
    transports();
    transports();
  }

  private void open(String id, ActorRef<MediaEvent> owner) {
    worker.tell(
        new MediaCommand.OpenTransport("channel", id, MediaCommand.Direction.CTS, owner, replies.getRef()));
    replies.expectMessageClass(MediaReply.TransportOpened.class);
  }

  private int transports() {
    worker.tell(new MediaCommand.GetLoad(replies.getRef()));
    return replies.expectMessageClass(MediaReply.Load.class).transports();
  }
}
