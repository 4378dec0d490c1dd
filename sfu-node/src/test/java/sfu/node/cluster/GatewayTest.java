package sfu.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import sfu.protocol.jwt.JwtVerifier;

/** Sockets without credentials, in virtual time; the rest of the gateway is tested against a running node. */
class GatewayTest {

  private static final ActorTestKit KIT =
      ActorTestKit.create(
          ManualTime.config().withFallback(ConfigFactory.parseString("pekko.actor { provider = local, testkit.typed.single-expect-default = 15s }")));
  private static final ManualTime TIME = ManualTime.get(KIT.system());

  private final TestProbe<ChannelRegistry.Command> registry = KIT.createTestProbe(ChannelRegistry.Command.class);
  private final ActorRef<Gateways.Command> gateways =
      KIT.spawn(
          Gateways.create(
              new Gateway.Surroundings(
                  new JwtVerifier(new byte[32]), InstantSource.system(), registry.getRef(), null)));

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private static final class FakeSocket implements Socket {
    private final BlockingQueue<Integer> closes = new LinkedBlockingQueue<>();
    private final BlockingQueue<ActorRef<Gateway.Command>> gateway = new LinkedBlockingQueue<>();

    @Override
    public void attach(ActorRef<Gateway.Command> attached) {
      gateway.add(attached);
    }

    @Override
    public void next() {}

    @Override
    public void send(String frame) {}

    @Override
    public void close(int code, String reason) {
      closes.add(code);
    }

    private ActorRef<Gateway.Command> gateway() throws InterruptedException {
      return gateway.poll(3, TimeUnit.SECONDS);
    }

    private Integer closeCode() throws InterruptedException {
      return closes.poll(3, TimeUnit.SECONDS);
    }
  }

  private FakeSocket open() {
    FakeSocket socket = new FakeSocket();
    gateways.tell(new Gateways.Accept(socket));
    return socket;
  }

  @Test
  void noCredentialsWithin10SecondsClosesWith4107() throws Exception {
    FakeSocket socket = open();
    socket.gateway();
    TIME.timePasses(Duration.ofMillis(9_999));
    assertThat(socket.closes).isEmpty();
    TIME.timePasses(Duration.ofMillis(1));
    assertThat(socket.closeCode()).isEqualTo(4107);
  }

  @Test
  void aRegistryThatDoesntAnswerWithin10SecondsClosesWithACodeAfterWhichTheClientComesBack() throws Exception {
    FakeSocket socket = open();
    ActorRef<Gateway.Command> gateway = socket.gateway();
    gateway.tell(new Gateway.FrameReceived("{\"channelUUID\":\"x\",\"jwt\":\"y\"}"));
    registry.expectMessageClass(ChannelRegistry.Lookup.class);
    TIME.timePasses(Duration.ofSeconds(10));
    assertThat(socket.closeCode()).isEqualTo(4107);
  }

  @Test
  void aFloodOfSocketsPushesOutTheOldestWithoutCredentials() throws Exception {
    List<FakeSocket> flood = new ArrayList<>();
    for (int i = 0; i <= Gateways.MAX_UNAUTHENTICATED; i++) {
      flood.add(open());
    }
    assertThat(flood.getFirst().closeCode()).isEqualTo(4107);
    assertThat(flood.getLast().gateway()).isNotNull();
    assertThat(flood.getLast().closes).isEmpty();
  }

  @Test
  void drainingSendsAllAwayAndAdmitsNobody() throws Exception {
    FakeSocket there = open();
    ActorRef<Gateway.Command> gateway = there.gateway();
    TestProbe<Gateways.Drained> drained = KIT.createTestProbe(Gateways.Drained.class);
    gateways.tell(new Gateways.Drain(1001, "stop", drained.getRef()));
    assertThat(there.closeCode()).isEqualTo(1001);
    assertThat(open().closeCode()).isEqualTo(1001);
    drained.expectNoMessage(Duration.ZERO);
    gateway.tell(new Gateway.SocketClosed(1001));
    drained.expectMessageClass(Gateways.Drained.class);
  }
}
