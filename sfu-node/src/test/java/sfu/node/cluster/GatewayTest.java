package sfu.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import sfu.protocol.jwt.JwtSigner;
import sfu.protocol.jwt.JwtVerifier;
import sfu.protocol.signal.Json;
import sfu.protocol.signal.SessionId;

/** Sockets without credentials and sessions that move, in virtual time; the rest is tested against a running node. */
class GatewayTest {

  private static final ActorTestKit KIT = VirtualTime.kit();
  private static final ManualTime TIME = ManualTime.get(KIT.system());

  private static final byte[] KEY = new byte[32];
  private static final ChannelRecord CHANNEL = new ChannelRecord("uuid", "iss", "addr", null, true, null, 0);

  private final Set<String> connections = ConcurrentHashMap.newKeySet();
  private final TestProbe<RoomMessage> sessions = KIT.createTestProbe(RoomMessage.class);
  private final TestProbe<ChannelRegistry.Command> registry = KIT.createTestProbe(ChannelRegistry.Command.class);
  private final ActorRef<Gateways.Command> gateways =
      KIT.spawn(
          Gateways.create(
              new Gateway.Surroundings(
                  new JwtVerifier(KEY),
                  InstantSource.system(),
                  registry.getRef(),
                  (channel, connection) -> {
                    connections.add(channel + "/" + connection);
                    return sessions.getRef();
                  })));

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private static final class FakeSocket implements Socket {
    private final BlockingQueue<Integer> closes = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> sent = new LinkedBlockingQueue<>();
    private final AtomicInteger wanted = new AtomicInteger();
    private final BlockingQueue<ActorRef<Gateway.Command>> gateway = new LinkedBlockingQueue<>();

    @Override
    public void attach(ActorRef<Gateway.Command> attached) {
      gateway.add(attached);
    }

    @Override
    public void next() {
      wanted.incrementAndGet();
    }

    @Override
    public void send(String frame) {
      sent.add(frame);
    }

    @Override
    public void close(int code, String reason) {
      closes.add(code);
    }

    private ActorRef<Gateway.Command> gateway() throws InterruptedException {
      return gateway.poll(3, TimeUnit.SECONDS);
    }

    private String sent() throws InterruptedException {
      return sent.poll(3, TimeUnit.SECONDS);
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

  /** A client's socket with the session it joined. */
  private final class Joined {
    private final FakeSocket socket = open();
    private final ActorRef<Gateway.Command> gateway = socket.gateway();
    private TestProbe<Session.Command> session = KIT.createTestProbe(Session.Command.class);

    private Joined(String... features) throws Exception {
      String jwt = new JwtSigner(KEY).sign(Map.of("session_id", 7, "exp", Instant.now().getEpochSecond() + 60));
      gateway.tell(
          new Gateway.FrameReceived(
              Json.write(Map.of("channelUUID", "uuid", "jwt", jwt, "features", List.of(features)))));
      registry.expectMessageClass(ChannelRegistry.Lookup.class).replyTo().tell(new ChannelRegistry.Found(CHANNEL));
      Session.Join join = sessions.expectMessageClass(Session.Join.class);
      assertThat(join.resumes()).isFalse();
      welcome();
      assertThat(socket.sent()).isEmpty();
    }

    private void welcome() {
      gateway.tell(new Gateway.Welcome(session.getRef()));
    }

    private Session.Join expectResumed() {
      Session.Join again = sessions.expectMessageClass(Session.Join.class);
      assertThat(again.resumes()).isTrue();
      assertThat(again.id()).isEqualTo(SessionId.of(7));
      session = KIT.createTestProbe(Session.Command.class);
      return again;
    }
  }

  @Test
  void aSessionThatMovesIsBegunAnewOverTheSameSocket() throws Exception {
    Joined client = new Joined("move");
    client.gateway.tell(new Gateway.Moved(1001, "handed over"));
    assertThat(client.expectResumed().incarnation()).isEqualTo(1);
    assertThat(connections).as("each session is another entity").hasSize(2);
    client.gateway.tell(new Gateway.FrameReceived("[\"said meanwhile\"]"));
    client.welcome();
    assertThat(client.session.receiveMessage()).isEqualTo(new Session.Frame("[\"said meanwhile\"]"));
    assertThat(client.socket.sent).as("the client has been welcomed already").isEmpty();
    client.gateway.tell(new Gateway.Send("[]"));
    assertThat(client.socket.sent()).isEqualTo("[]");
    TIME.timePasses(Duration.ofSeconds(20));
    assertThat(client.socket.closes).isEmpty();
  }

  @Test
  void aSessionThatIsLostWithItsNodeIsBegunAnewAndTheClientsNextFrameIsLetIn() throws Exception {
    Joined client = new Joined("move");
    client.gateway.tell(new Gateway.FrameReceived("[1]"));
    client.session.expectMessageClass(Session.Frame.class);
    int wanted = client.socket.wanted.get();
    client.session.stop();
    client.expectResumed();
    client.welcome();
    KIT.createTestProbe().awaitAssert(() -> {
      assertThat(client.socket.wanted.get()).isEqualTo(wanted + 1);
      return null;
    });
  }

  @Test
  void aSessionThatDoesntAnswerIsKnockedAtAgainAndMayAnswerTwice() throws Exception {
    Joined client = new Joined("move");
    client.gateway.tell(new Gateway.Moved(1001, "handed over"));
    Session.Join join = client.expectResumed();
    TIME.timePasses(Timings.JOIN_AGAIN);
    assertThat(sessions.receiveMessage()).isEqualTo(join);
    client.welcome();
    client.welcome();
    client.gateway.tell(new Gateway.FrameReceived("[1]"));
    assertThat(client.session.receiveMessage()).isEqualTo(new Session.Frame("[1]"));
    TIME.timePasses(Timings.JOIN_AGAIN);
    sessions.expectNoMessage(Duration.ZERO);
  }

  @Test
  void aStockClientIsClosedInsteadSoThatItReconnects() throws Exception {
    Joined client = new Joined();
    client.gateway.tell(new Gateway.Moved(1001, "handed over"));
    assertThat(client.socket.closeCode()).isEqualTo(1001);
    sessions.expectNoMessage(Duration.ZERO);
  }

  @Test
  void aSessionThatCantBeBroughtBackWithin10SecondsIsGivenUp() throws Exception {
    Joined client = new Joined("move");
    client.gateway.tell(new Gateway.Moved(1011, "lost"));
    client.expectResumed();
    TIME.timePasses(Duration.ofSeconds(10));
    assertThat(client.socket.closeCode()).isEqualTo(4107);
  }

  @Test
  void aSessionThatFailsAgainAndAgainIsGivenUp() throws Exception {
    Joined client = new Joined("move");
    for (int i = 0; i < Timings.MAX_RESUMPTIONS; i++) {
      client.gateway.tell(new Gateway.Moved(1011, "lost"));
      client.expectResumed();
      client.welcome();
    }
    client.gateway.tell(new Gateway.Moved(1011, "lost"));
    assertThat(client.socket.closeCode()).isEqualTo(1011);
  }

  @Test
  void aNodeThatLeavesAsksItsClientsToComeByAnother() throws Exception {
    Joined ours = new Joined("move");
    Joined stock = new Joined();
    gateways.tell(new Gateways.Depart());
    assertThat(open().closeCode()).as("nobody new").isEqualTo(1001);
    ours.gateway.tell(new Gateway.Moved(1001, "handed over"));
    assertThat(ours.socket.sent()).isEqualTo("[{\"message\":{\"name\":\"MOVE\"}}]");
    sessions.expectNoMessage(Duration.ZERO);
    assertThat(stock.socket.closes).isEmpty();

    TestProbe<Gateways.Drained> drained = KIT.createTestProbe(Gateways.Drained.class);
    gateways.tell(new Gateways.SendAway(drained.getRef()));
    assertThat(stock.socket.closeCode()).isEqualTo(1001);
    assertThat(ours.socket.sent).as("once is enough").isEmpty();
    stock.gateway.tell(new Gateway.SocketClosed(1001));
    drained.expectNoMessage(Duration.ZERO);
    ours.gateway.tell(new Gateway.SocketClosed(1000));
    drained.expectMessageClass(Gateways.Drained.class);
  }

  @Test
  void aSessionElsewhereGoesOnUntilItsClientHasComeByAnotherNode() throws Exception {
    Joined client = new Joined("move");
    gateways.tell(new Gateways.SendAway(KIT.createTestProbe(Gateways.Drained.class).getRef()));
    assertThat(client.socket.sent()).contains("MOVE");
    client.gateway.tell(new Gateway.FrameReceived("[1]"));
    assertThat(client.session.receiveMessage()).isEqualTo(new Session.Frame("[1]"));
    TIME.timePasses(Timings.DEPARTURE);
    assertThat(client.socket.closeCode()).isEqualTo(1001);
  }

  @Test
  void aSessionWhoseClientDidntComeByAnotherNodeInTimeWaitsForItToReconnect() throws Exception {
    Joined client = new Joined("move");
    gateways.tell(new Gateways.SendAway(KIT.createTestProbe(Gateways.Drained.class).getRef()));
    assertThat(client.socket.sent()).contains("MOVE");
    TIME.timePasses(Timings.DEPARTURE);
    assertThat(client.socket.closeCode()).isEqualTo(1001);
    assertThat(client.session.receiveMessage()).isEqualTo(new Session.Disconnected(false));
  }

  @Test
  void aClientThatIsNotWelcomedYetIsClosedByANodeThatLeavesAsItKnowsNoOtherWord() throws Exception {
    FakeSocket socket = open();
    ActorRef<Gateway.Command> gateway = socket.gateway();
    String jwt = new JwtSigner(KEY).sign(Map.of("session_id", 7, "exp", Instant.now().getEpochSecond() + 60));
    gateway.tell(
        new Gateway.FrameReceived(
            Json.write(Map.of("channelUUID", "uuid", "jwt", jwt, "features", List.of("move")))));
    registry.expectMessageClass(ChannelRegistry.Lookup.class).replyTo().tell(new ChannelRegistry.Found(CHANNEL));
    sessions.expectMessageClass(Session.Join.class);
    gateways.tell(new Gateways.Depart());
    gateway.tell(new Gateway.Depart(false));
    gateway.tell(new Gateway.Moved(1001, "handed over"));
    assertThat(socket.closeCode()).isEqualTo(1001);
    assertThat(socket.sent).isEmpty();
  }

  @Test
  void aClientWhoseSessionIsJustBeingBroughtBackIsAskedToMoveToo() throws Exception {
    Joined client = new Joined("move");
    client.gateway.tell(new Gateway.Moved(1011, "lost"));
    client.expectResumed();
    gateways.tell(new Gateways.SendAway(KIT.createTestProbe(Gateways.Drained.class).getRef()));
    assertThat(client.socket.sent()).contains("MOVE");
    client.welcome();
    client.gateway.tell(new Gateway.Send("[]"));
    assertThat(client.socket.sent()).isEqualTo("[]");
    assertThat(client.socket.closes).isEmpty();
  }

  @Test
  void aStockClientWhoseSessionIsOnASilentNodeBeginsToReconnectAtOnce() throws Exception {
    Joined ours = new Joined("move");
    Joined stock = new Joined();
    Address silent = stock.session.getRef().path().address();
    stock.gateway.tell(new Gateway.NodeSilent(new Address("pekko", "sfu", "another", 1)));
    ours.gateway.tell(new Gateway.NodeSilent(silent));
    stock.gateway.tell(new Gateway.NodeSilent(silent));
    assertThat(stock.socket.closeCode()).isEqualTo(1001);
    assertThat(ours.socket.closes).as("it is brought back as soon as that can be").isEmpty();
  }

  @Test
  void aSocketThatIsLostByAccidentIsToldFromOneThatWasClosed() throws Exception {
    Joined lost = new Joined("move");
    lost.gateway.tell(new Gateway.SocketClosed(1006));
    assertThat(lost.session.receiveMessage()).isEqualTo(new Session.Disconnected(false));
    Joined left = new Joined("move");
    left.gateway.tell(new Gateway.SocketClosed(1001));
    assertThat(left.session.receiveMessage()).isEqualTo(new Session.Disconnected(true));
  }
}
