package sfu.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import sfu.node.media.MediaCommand;
import sfu.node.media.MediaEvent;
import sfu.node.media.MediaReply;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.SessionId;
import sfu.protocol.signal.SessionInfo;

/** What a session does over one connection, from its admission to its end. */
class SessionTest extends SessionFixture {

  private static final ActorTestKit KIT = VirtualTime.kit();

  SessionTest() {
    super(KIT);
  }

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
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
  void aGatewayThatIsLostCountsAsTheSocketsEnd() {
    connect();
    gateway.stop();
    assertThat(channel.receiveMessage()).isEqualTo(new Channel.Leave(SEAT));
  }
}
