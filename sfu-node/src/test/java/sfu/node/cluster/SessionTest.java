package sfu.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sfu.node.media.MediaCommand;
import sfu.node.media.MediaCommand.Direction;
import sfu.node.media.MediaEvent;
import sfu.node.media.MediaReply;
import sfu.protocol.ortc.DtlsFingerprint;
import sfu.protocol.ortc.DtlsParameters;
import sfu.protocol.ortc.IceParameters;
import sfu.protocol.ortc.Ortc;
import sfu.protocol.ortc.ProducerCheck;
import sfu.protocol.ortc.RouterCapabilities;
import sfu.protocol.ortc.RtcpParameters;
import sfu.protocol.ortc.RtpCapabilities;
import sfu.protocol.ortc.RtpCodecParameters;
import sfu.protocol.ortc.RtpEncodingParameters;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.ortc.TransportConfig;
import sfu.protocol.signal.Json;
import sfu.protocol.signal.ProducerOptions;
import sfu.protocol.signal.SessionId;
import sfu.protocol.signal.SessionInfo;

/** One session with a scripted channel, worker and client, in virtual time. */
class SessionTest {

  private static final Config MANUAL =
      ManualTime.config().withFallback(ConfigFactory.parseString("pekko.actor { provider = local, testkit.typed.single-expect-default = 15s }"));
  private static final RtpCapabilities ROUTER = RouterCapabilities.all();
  private static final ChannelRecord CHANNEL = new ChannelRecord("uuid", "iss", "addr", null, true, null, 0);
  private static final SessionId ME = SessionId.of(1);
  private static final SessionId OTHER = SessionId.of("other");
  private static final Seat SEAT = new Seat(ME, "connection");

  private static final ActorTestKit KIT = ActorTestKit.create(MANUAL);
  private static final ManualTime TIME = ManualTime.get(KIT.system());

  private final AtomicLong nanos = new AtomicLong(5_000_000_000L);
  private final TestProbe<RoomMessage> channel = KIT.createTestProbe(RoomMessage.class);
  private final TestProbe<Gateway.Command> gateway = KIT.createTestProbe(Gateway.Command.class);
  private final TestProbe<MediaCommand> worker = KIT.createTestProbe(MediaCommand.class);
  private final Deque<JsonNode> said = new ArrayDeque<>();
  private ActorRef<Session.Command> session;
  private ActorRef<MediaEvent> owner;
  private String ctsId;
  private String stcId;
  private boolean resumes;
  private int incarnation;

  @AfterEach
  void end() {
    if (session != null) {
      session.tell(new Session.Disconnected(true));
    }
  }

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private void pass(Duration duration) {
    nanos.addAndGet(duration.toNanos());
    TIME.timePasses(duration);
  }

  private void begin(String... features) {
    SessionSettings settings =
        new SessionSettings(
            ROUTER, ProducerOptions.byKind(4_000_000), nanos::get, RandomGenerator.of("L64X128MixRandom"));
    session = KIT.spawn(Session.create(channel.getRef(), SEAT.connection(), settings));
    session.tell(new Session.Join(CHANNEL, ME, Set.of(features), resumes, incarnation, gateway.getRef()));
    assertThat(channel.expectMessageClass(Channel.Admit.class))
        .isEqualTo(new Channel.Admit(CHANNEL, SEAT, session, resumes));
  }

  private void admit(Production... productions) {
    session.tell(
        new Session.Admitted(
            channel.getRef().unsafeUpcast(), worker.getRef(), List.of(productions)));
    assertThat(gateway.expectMessageClass(Gateway.Welcome.class).session()).isEqualTo(session);
    for (int i = 0; i < 2; i++) {
      var open = worker.expectMessageClass(MediaCommand.OpenTransport.class);
      owner = open.owner();
      if (open.direction() == Direction.CTS) {
        ctsId = open.transportId();
      } else {
        stcId = open.transportId();
      }
      open.replyTo()
          .tell(
              new MediaReply.TransportOpened(
                  new TransportConfig(
                      open.transportId(),
                      new IceParameters("u", "p", true),
                      List.of(),
                      new DtlsParameters("auto", List.of()))));
    }
  }

  /** Joined, admitted, and INIT_TRANSPORTS answered. */
  private void connect(String... features) {
    begin(features);
    admit();
    answer(expect("INIT_TRANSPORTS"), ROUTER);
    moment();
  }

  /** Longer than the bus gathers messages for a frame. */
  private void moment() {
    pass(Duration.ofMillis(50));
  }

  private JsonNode next() {
    while (said.isEmpty()) {
      Json.parse(gateway.expectMessageClass(Gateway.Send.class).frame()).orElseThrow().forEach(said::add);
    }
    return said.poll();
  }

  private JsonNode expect(String name) {
    JsonNode payload = next();
    assertThat(payload.at("/message/name").asText()).as(payload.toString()).isEqualTo(name);
    return payload;
  }

  private void frame(Object... payloads) {
    session.tell(new Session.Frame(Json.write(payloads)));
  }

  private void say(String name, Object payload) {
    frame(Map.of("message", Map.of("name", name, "payload", payload)));
    done();
  }

  private void ask(String id, String name, Object payload) {
    frame(Map.of("message", Map.of("name", name, "payload", payload), "needResponse", id));
    done();
  }

  private void answer(JsonNode request, Object result) {
    String id = request.get("needResponse").textValue();
    frame(result == null ? Map.of("responseTo", id) : Map.of("responseTo", id, "message", result));
    done();
  }

  private void done() {
    gateway.expectMessageClass(Gateway.FrameDone.class);
  }

  private void expectClosed(int code) {
    assertThat(gateway.expectMessageClass(Gateway.Close.class).code()).isEqualTo(code);
    assertThat(channel.expectMessageClass(Channel.Leave.class)).isEqualTo(new Channel.Leave(SEAT));
  }

  private void expectTransportsClosed() {
    assertThat(List.of(worker.receiveMessage(), worker.receiveMessage()))
        .containsExactlyInAnyOrder(
            new MediaCommand.CloseTransport(ctsId), new MediaCommand.CloseTransport(stcId));
  }

  private static RtpParameters opus() {
    return new RtpParameters(
        "0",
        List.of(new RtpCodecParameters("audio/opus", 111, 48000, 2, Map.of(), List.of())),
        List.of(),
        List.of(new RtpEncodingParameters(1234L, null, null, null, null, null, null, null, null)),
        new RtcpParameters("c", true, null),
        null);
  }

  private static Production production(String producerId, boolean active) {
    var checked = (ProducerCheck.Ok) Ortc.validateProducer(StreamType.AUDIO, StreamType.AUDIO.kind(), opus(), ROUTER);
    return new Production(
        producerId, OTHER, StreamType.AUDIO, active,
        Ortc.consumable(checked.rtpParameters(), StreamType.AUDIO, ROUTER), "cname", null);
  }

  private MediaCommand.OpenConsumer expectOpenConsumer() {
    return worker.expectMessageClass(MediaCommand.OpenConsumer.class);
  }

  /** A consumer of the production, set up and answered; gives its id. */
  private String consume(Production production) {
    session.tell(new Session.Produced(production));
    var open = expectOpenConsumer();
    assertThat(open.paused()).isTrue();
    assertThat(open.transportId()).isEqualTo(stcId);
    open.replyTo().tell(new MediaReply.Done());
    answer(expect("INIT_CONSUMER"), null);
    moment();
    return open.consumerId();
  }

  @Test
  void initTransportsUnansweredFor5SecondsClosesWith1011() {
    begin();
    admit();
    expect("INIT_TRANSPORTS");
    pass(Duration.ofMillis(4_999));
    gateway.expectNoMessage(Duration.ZERO);
    pass(Duration.ofMillis(1));
    expectClosed(1011);
    expectTransportsClosed();
  }

  @Test
  void notConnectedWithin10SecondsClosesWith4107() {
    begin();
    session.tell(new Session.Admitted(channel.getRef().unsafeUpcast(), worker.getRef(), List.of()));
    gateway.expectMessageClass(Gateway.Welcome.class);
    worker.expectMessageClass(MediaCommand.OpenTransport.class);
    pass(Duration.ofMillis(9_999));
    gateway.expectNoMessage(Duration.ZERO);
    pass(Duration.ofMillis(1));
    expectClosed(4107);
  }

  @Test
  void aWorkerThatOpensNoTransportClosesWith1011() {
    begin();
    session.tell(
        new Session.Admitted(channel.getRef().unsafeUpcast(), worker.getRef(), List.of()));
    gateway.expectMessageClass(Gateway.Welcome.class);
    worker.expectMessageClass(MediaCommand.OpenTransport.class).replyTo().tell(new MediaReply.Failed("for a test"));
    expectClosed(1011);
  }

  @Test
  void anAnswerWithoutCapabilitiesClosesWith1011() {
    begin();
    admit();
    JsonNode request = expect("INIT_TRANSPORTS");
    frame(Map.of("responseTo", request.get("needResponse").textValue()));
    expectClosed(1011);
    expectTransportsClosed();
  }

  @Test
  void aPingGoesOutEvery60SecondsAndUnansweredFor10ClosesWith4107() {
    connect();
    pass(Duration.ofSeconds(60));
    answer(expect("PING"), null);
    pass(Duration.ofSeconds(60));
    assertThat(expect("PING").at("/message").has("payload")).isFalse();
    pass(Duration.ofSeconds(10));
    expectClosed(4107);
  }

  @Test
  void withoutMediaASessionIsConnectedFromTheStartAndIsPingedToo() {
    begin();
    session.tell(new Session.Admitted(channel.getRef().unsafeUpcast(), null, List.of()));
    gateway.expectMessageClass(Gateway.Welcome.class);
    pass(Duration.ofMillis(59_999));
    gateway.expectNoMessage(Duration.ZERO);
    pass(Duration.ofMillis(1));
    answer(expect("PING"), null);
    pass(Duration.ofSeconds(60));
    expect("PING");
    pass(Duration.ofSeconds(10));
    expectClosed(4107);
  }

  @Test
  void aFullChannelClosesWith4109() {
    begin();
    session.tell(new Session.Ended(4109, "full"));
    expectClosed(4109);
  }

  @Test
  void aConsumerFlowsOnceItsOfferIsAnswered() {
    connect();
    session.tell(new Session.Produced(production("p", true)));
    var open = expectOpenConsumer();
    gateway.expectNoMessage(Duration.ZERO);
    open.replyTo().tell(new MediaReply.Done());
    JsonNode offer = expect("INIT_CONSUMER");
    worker.expectNoMessage(Duration.ZERO);
    answer(offer, null);
    assertThat(worker.receiveMessage()).isEqualTo(new MediaCommand.PauseConsumer(open.consumerId(), false));
    assertThat(offer.at("/message/payload/id").textValue()).isEqualTo(open.consumerId());
    assertThat(offer.at("/message/payload/rtpParameters/rtcp/cname").textValue()).isEqualTo("cname");
  }

  @Test
  void streamsFromBeforeTheCapabilitiesWaitForThem() {
    begin();
    admit(production("p", true));
    JsonNode request = expect("INIT_TRANSPORTS");
    worker.expectNoMessage(Duration.ZERO);
    answer(request, ROUTER);
    assertThat(expectOpenConsumer().producerId()).isEqualTo("p");
  }

  @Test
  void aConsumerIsOfferedAtOnceAndOnlyOnce() {
    connect();
    consume(production("p", true));
    worker.expectMessageClass(MediaCommand.PauseConsumer.class);
    session.tell(new Session.Produced(production("p", true)));
    session.tell(new Session.Produced(production("p", false)));
    worker.expectNoMessage(Duration.ZERO);
  }

  @Test
  void aReplacedStreamGetsANewMidAndFlowsWhenTheFormerConsumerCloses() {
    connect();
    String former = consume(production("p", true));
    worker.expectMessageClass(MediaCommand.PauseConsumer.class);
    session.tell(new Session.Produced(production("q", true)));
    var open = expectOpenConsumer();
    assertThat(open.producerId()).isEqualTo("q");
    assertThat(open.rtpParameters().mid()).isEqualTo("1");
    open.replyTo().tell(new MediaReply.Done());
    answer(expect("INIT_CONSUMER"), null);
    assertThat(worker.receiveMessage()).isEqualTo(new MediaCommand.CloseConsumer(former));
    assertThat(worker.receiveMessage()).isEqualTo(new MediaCommand.PauseConsumer(open.consumerId(), false));
  }

  @Test
  void theViewersWishSurvivesThePauseAndResumeOfTheProducer() {
    connect();
    String consumer = consume(production("p", true));
    worker.expectMessageClass(MediaCommand.PauseConsumer.class);
    say("CONSUMPTION_CHANGE", Map.of("sessionId", "other", "states", Map.of("audio", false)));
    assertThat(worker.receiveMessage()).isEqualTo(new MediaCommand.PauseConsumer(consumer, true));
    session.tell(new Session.Produced(production("p", false)));
    session.tell(new Session.Produced(production("p", true)));
    worker.expectNoMessage(Duration.ZERO);
    say("CONSUMPTION_CHANGE", Map.of("sessionId", "other", "states", Map.of("audio", true)));
    assertThat(worker.receiveMessage()).isEqualTo(new MediaCommand.PauseConsumer(consumer, false));
  }

  @Test
  void aStreamThatIsNotWantedStaysPausedWhenItComes() {
    connect();
    say("CONSUMPTION_CHANGE", Map.of("sessionId", "other", "states", Map.of("audio", false)));
    consume(production("p", true));
    worker.expectNoMessage(Duration.ZERO);
  }

  @Test
  void aFailedConsumerIsTriedAgainAfter2Seconds() {
    connect();
    session.tell(new Session.Produced(production("p", true)));
    var first = expectOpenConsumer();
    first.replyTo().tell(new MediaReply.Failed("for a test"));
    assertThat(worker.receiveMessage()).isEqualTo(new MediaCommand.CloseConsumer(first.consumerId()));
    pass(Duration.ofMillis(1_999));
    worker.expectNoMessage(Duration.ZERO);
    pass(Duration.ofMillis(1));
    var second = expectOpenConsumer();
    assertThat(second.consumerId()).isNotEqualTo(first.consumerId());
    second.replyTo().tell(new MediaReply.Done());
    assertThat(expect("INIT_CONSUMER").at("/message/payload/id").textValue()).isEqualTo(second.consumerId());
  }

  @Test
  void anOfferUnansweredFor5SecondsIsAFailureToo() {
    connect();
    session.tell(new Session.Produced(production("p", true)));
    var open = expectOpenConsumer();
    open.replyTo().tell(new MediaReply.Done());
    expect("INIT_CONSUMER");
    pass(Duration.ofSeconds(5));
    assertThat(worker.receiveMessage()).isEqualTo(new MediaCommand.CloseConsumer(open.consumerId()));
    pass(Duration.ofSeconds(2));
    expectOpenConsumer();
  }

  @Test
  void theSeventhErrorClosesTheSession() {
    connect();
    session.tell(new Session.Produced(production("p", true)));
    for (int i = 1; i <= 7; i++) {
      expectOpenConsumer().replyTo().tell(new MediaReply.Failed("for a test"));
      worker.expectMessageClass(MediaCommand.CloseConsumer.class);
      if (i < 7) {
        pass(Duration.ofSeconds(2));
      }
    }
    expectClosed(1011);
  }

  @Test
  void aStreamThatIsGoneIsNotTriedAgain() {
    connect();
    session.tell(new Session.Produced(production("p", true)));
    expectOpenConsumer().replyTo().tell(new MediaReply.Failed("for a test"));
    worker.expectMessageClass(MediaCommand.CloseConsumer.class);
    session.tell(new Session.PeerLeft(OTHER));
    expect("SESSION_LEAVE");
    pass(Duration.ofSeconds(3));
    worker.expectNoMessage(Duration.ZERO);
  }

  @Test
  void aPeerThatLeavesTakesItsConsumersAlong() {
    connect();
    String consumer = consume(production("p", true));
    worker.expectMessageClass(MediaCommand.PauseConsumer.class);
    session.tell(new Session.PeerLeft(OTHER));
    assertThat(worker.receiveMessage()).isEqualTo(new MediaCommand.CloseConsumer(consumer));
    assertThat(expect("SESSION_LEAVE").at("/message/payload/sessionId").textValue()).isEqualTo("other");
  }

  @Test
  void aProducerIsOpenedThenAnsweredThenOffered() {
    connect();
    ask("c_1", "INIT_PRODUCER", Map.of("type", "audio", "kind", "audio", "rtpParameters", opus()));
    var open = worker.expectMessageClass(MediaCommand.OpenProducer.class);
    assertThat(open.transportId()).isEqualTo(ctsId);
    assertThat(open.detectSpeaking()).isFalse();
    channel.expectNoMessage(Duration.ZERO);
    open.replyTo().tell(new MediaReply.Done());
    assertThat(next().toString())
        .isEqualTo("{\"message\":{\"id\":\"" + open.producerId() + "\"},\"responseTo\":\"c_1\"}");
    var produce = channel.expectMessageClass(Channel.Produce.class);
    assertThat(produce.production().producerId()).isEqualTo(open.producerId());
    assertThat(produce.seat()).isEqualTo(SEAT);
  }

  @Test
  void aSecondProducerOfATypeClosesTheFirstEvenWhileThatOpens() {
    connect();
    ask("c_1", "INIT_PRODUCER", Map.of("type", "audio", "kind", "audio", "rtpParameters", opus()));
    var first = worker.expectMessageClass(MediaCommand.OpenProducer.class);
    ask("c_2", "INIT_PRODUCER", Map.of("type", "audio", "kind", "audio", "rtpParameters", opus()));
    assertThat(worker.receiveMessage()).isEqualTo(new MediaCommand.CloseProducer(first.producerId()));
    var second = worker.expectMessageClass(MediaCommand.OpenProducer.class);

    first.replyTo().tell(new MediaReply.Done());
    assertThat(next().get("responseTo").textValue()).isEqualTo("c_1");
    channel.expectNoMessage(Duration.ZERO);
    second.replyTo().tell(new MediaReply.Done());
    assertThat(next().at("/message/id").textValue()).isEqualTo(second.producerId());
    assertThat(channel.expectMessageClass(Channel.Produce.class).production().producerId())
        .isEqualTo(second.producerId());
  }

  @Test
  void aProducerPausedWhileItOpensIsOfferedPaused() {
    connect();
    ask("c_1", "INIT_PRODUCER", Map.of("type", "audio", "kind", "audio", "rtpParameters", opus()));
    var open = worker.expectMessageClass(MediaCommand.OpenProducer.class);
    say("PRODUCTION_CHANGE", Map.of("type", "audio", "active", false));
    assertThat(worker.receiveMessage()).isEqualTo(new MediaCommand.PauseProducer(open.producerId(), true));
    open.replyTo().tell(new MediaReply.Done());
    assertThat(channel.expectMessageClass(Channel.Produce.class).production().active()).isFalse();
  }

  @Test
  void aProducerThatTheWorkerRefusesIsAnsweredWithoutAResult() {
    connect();
    ask("c_1", "INIT_PRODUCER", Map.of("type", "audio", "kind", "audio", "rtpParameters", opus()));
    worker.expectMessageClass(MediaCommand.OpenProducer.class).replyTo().tell(new MediaReply.Failed("for a test"));
    assertThat(next().toString()).isEqualTo("{\"responseTo\":\"c_1\"}");
  }

  @Test
  void speakingIsDerivedOnlyForAClientThatAskedForIt() {
    connect("speaking");
    ask("c_1", "INIT_PRODUCER", Map.of("type", "audio", "kind", "audio", "rtpParameters", opus()));
    var open = worker.expectMessageClass(MediaCommand.OpenProducer.class);
    assertThat(open.detectSpeaking()).isTrue();
    open.replyTo().tell(new MediaReply.Done());
    channel.expectMessageClass(Channel.Produce.class);
    owner.tell(new MediaEvent.Speaking(open.producerId(), true));
    assertThat(channel.receiveMessage())
        .isEqualTo(new Channel.ChangeInfo(SEAT, SessionInfo.talking(true), false));
  }

  @Test
  void aTransportThatEndsClosesTheSessionSoThatTheClientReconnects() {
    connect();
    owner.tell(new MediaEvent.TransportClosed(stcId, MediaEvent.TransportClosed.Reason.CONSENT_EXPIRED));
    expectClosed(4107);
    expectTransportsClosed();
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
    ask("c_1", "CONNECT_CTS_TRANSPORT", Map.of("dtlsParameters", new DtlsParameters("client", List.of(new DtlsFingerprint("sha-256", "AB:CD")))));
    assertThat(next().get("responseTo").textValue()).isEqualTo("c_1");
    frame(Map.of("responseTo", "s_0_0", "message", Map.of("codecs", List.of())));
    done();
    worker.expectNoMessage(Duration.ZERO);
    answer(init, ROUTER);
    ask("c_2", "CONNECT_CTS_TRANSPORT", Map.of("dtlsParameters", new DtlsParameters("client", List.of(new DtlsFingerprint("sha-256", "AB:CD")))));
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
  void aStreamLostBetweenWorkersIsFetchedAgainUnlessItIsNoMore() {
    connect();
    String first = consume(production("p", true));
    worker.expectMessageClass(MediaCommand.PauseConsumer.class);
    owner.tell(new MediaEvent.ConsumerLost(first));
    owner.tell(new MediaEvent.ConsumerLost("unknown"));
    worker.expectNoMessage(Duration.ZERO);
    pass(Timings.RELAY_RECOVERY);
    var second = expectOpenConsumer();
    assertThat(second.producerId()).isEqualTo("p");
    second.replyTo().tell(new MediaReply.Done());
    answer(expect("INIT_CONSUMER"), null);
    worker.expectMessageClass(MediaCommand.PauseConsumer.class);
    owner.tell(new MediaEvent.ConsumerLost(second.consumerId()));
    session.tell(new Session.Unproduced(OTHER, StreamType.AUDIO));
    pass(Timings.RELAY_RECOVERY);
    worker.expectNoMessage(Duration.ZERO);
  }

  @Test
  void aStreamOfAnotherWorkerIsConsumedFromThere() {
    connect();
    ActorRef<MediaCommand> another = KIT.createTestProbe(MediaCommand.class).getRef();
    Production here = production("here", true);
    session.tell(
        new Session.Produced(
            new Production(
                "there", SessionId.of("third"), here.type(), true, here.consumable(), here.cname(), another)));
    assertThat(expectOpenConsumer().origin()).isEqualTo(another);
    session.tell(
        new Session.Produced(
            new Production("here", OTHER, here.type(), true, here.consumable(), here.cname(), worker.getRef())));
    assertThat(expectOpenConsumer().origin()).isNull();
  }

  @Test
  void aSocketThatIsGoneLeavesTheChannelAndClosesTheTransports() {
    connect("move");
    session.tell(new Session.Disconnected(true));
    expectTransportsClosed();
    assertThat(channel.receiveMessage()).isEqualTo(new Channel.Leave(SEAT));
    KIT.createTestProbe().expectTerminated(session);
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

  @Test
  void aGatewayThatIsLostCountsAsTheSocketsEnd() {
    connect();
    gateway.stop();
    assertThat(channel.receiveMessage()).isEqualTo(new Channel.Leave(SEAT));
  }
}
