package sfu.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import sfu.node.media.MediaCommand;
import sfu.node.media.MediaEvent;
import sfu.protocol.ortc.DtlsFingerprint;
import sfu.protocol.ortc.DtlsParameters;

/** A session that ends here to go on elsewhere, and one that goes on for another. */
class SessionMoveTest extends SessionFixture {

  private static final ActorTestKit KIT = VirtualTime.kit();
  private static final Map<String, DtlsParameters> DTLS =
      Map.of("dtlsParameters", new DtlsParameters("client", List.of(new DtlsFingerprint("sha-256", "AB:CD"))));

  SessionMoveTest() {
    super(KIT);
  }

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  /** Ends here to go on elsewhere: {@code code} is for a stock client, whose seat is free at once. */
  private void expectMoved(int code, Channel.Command farewell) {
    assertThat(gateway.expectMessageClass(Gateway.Moved.class).code()).isEqualTo(code);
    assertThat(channel.receiveMessage()).isEqualTo(farewell);
    KIT.createTestProbe().expectTerminated(session);
  }

  @Test
  void aWorkerThatIsLostMakesTheSessionMoveWithoutItsMedia() {
    connect();
    worker.stop();
    expectMoved(1011, new Channel.Leave(SEAT));
  }

  @Test
  void aWorkerThatStopsMakesTheSessionMoveWithoutItsMedia() {
    connect("move");
    owner.tell(new MediaEvent.TransportClosed(stcId, MediaEvent.TransportClosed.Reason.WORKER_STOPPED));
    expectMoved(1011, new Channel.Moving(SEAT, false));
  }

  @Test
  void aWorkerThatWillEndMakesTheSessionMoveWhileItsMediaFlows() {
    connect("move");
    owner.tell(new MediaEvent.WorkerDraining());
    expectMoved(1001, new Channel.Moving(SEAT, true));
    worker.expectNoMessage(Duration.ZERO);
  }

  @Test
  void handedOverItMovesWhileItsMediaFlows() {
    connect();
    session.tell(new Session.HandedOff());
    expectMoved(1001, new Channel.Leave(SEAT));
    connect("move");
    session.tell(new Session.HandedOff());
    expectMoved(1001, new Channel.Moving(SEAT, true));
    worker.expectNoMessage(Duration.ZERO);
  }

  @Test
  void handedOverItTellsTheChannelItselfForTheShardPassesNothingOn() {
    TestProbe<Channel.Command> admitting = KIT.createTestProbe(Channel.Command.class);
    begin("move");
    session.tell(new Session.Admitted(admitting.getRef(), null, List.of()));
    gateway.expectMessageClass(Gateway.Welcome.class);
    session.tell(new Session.HandedOff());
    assertThat(admitting.receiveMessage()).isEqualTo(new Channel.Moving(SEAT, true));
    channel.expectNoMessage(Duration.ZERO);
  }

  @Test
  void takenOverByAnotherConnectionItClosesItsOwnAndLeavesTheMedia() {
    connect("move");
    session.tell(new Session.TakenOver());
    assertThat(gateway.expectMessageClass(Gateway.Close.class).code()).isEqualTo(1000);
    KIT.createTestProbe().expectTerminated(session);
    channel.expectNoMessage(Duration.ZERO);
    worker.expectNoMessage(Duration.ZERO);
  }

  @Test
  void whatTheClientStillSaysToTheSessionBeforeItIsNotTakenForItsAnswer() {
    resumes = true;
    incarnation = 1;
    begin("move");
    admit();
    JsonNode init = expect("INIT_TRANSPORTS");
    assertThat(init.get("needResponse").textValue()).startsWith("s_1_");
    ask("c_1", "CONNECT_CTS_TRANSPORT", DTLS);
    assertThat(next().get("responseTo").textValue()).isEqualTo("c_1");
    frame(Map.of("responseTo", "s_0_0", "message", Map.of("codecs", List.of())));
    done();
    worker.expectNoMessage(Duration.ZERO);
    answer(init, ROUTER);
    ask("c_2", "CONNECT_CTS_TRANSPORT", DTLS);
    worker.expectMessageClass(MediaCommand.ConnectTransport.class);
  }

  @Test
  void whoIsPresentIsToldToAClientThatMoved() {
    connect("move");
    session.tell(new Session.Present(List.of(ME, OTHER)));
    assertThat(expect("SESSIONS").at("/message/payload/sessionIds").toString()).isEqualTo("[1,\"other\"]");
  }

  @Test
  void aStreamInPlaceOfAnotherIsAddedBeforeThatIsTakenAway() {
    connect("move");
    String before = consume(production("before", true));
    assertThat(worker.receiveMessage()).isEqualTo(new MediaCommand.PauseConsumer(before, false));
    String after = consume(production("after", true));
    assertThat(worker.receiveMessage()).isEqualTo(new MediaCommand.PauseConsumer(after, false));
    worker.expectNoMessage(Duration.ZERO);
    pass(Duration.ofSeconds(2));
    assertThat(worker.receiveMessage()).isEqualTo(new MediaCommand.CloseConsumer(before));
  }

  @Test
  void aSocketLostByAccidentLeavesTheMediaOfAClientThatComesBackForIt() {
    connect("move");
    session.tell(new Session.Disconnected(false));
    expectMoved(1001, new Channel.Moving(SEAT, true));
    worker.expectNoMessage(Duration.ZERO);
    connect();
    session.tell(new Session.Disconnected(false));
    expectTransportsClosed();
    assertThat(channel.receiveMessage()).isEqualTo(new Channel.Leave(SEAT));
  }
}
