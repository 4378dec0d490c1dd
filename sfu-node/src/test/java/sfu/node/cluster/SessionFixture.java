package sfu.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
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
import org.junit.jupiter.api.AfterEach;
import sfu.node.media.MediaCommand;
import sfu.node.media.MediaCommand.Direction;
import sfu.node.media.MediaEvent;
import sfu.node.media.MediaReply;
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

/** One session with a scripted channel, worker and client, in virtual time. */
abstract class SessionFixture {

  static final RtpCapabilities ROUTER = RouterCapabilities.all();
  static final ChannelRecord CHANNEL = new ChannelRecord("uuid", "iss", "addr", null, true, null, 0);
  static final SessionId ME = SessionId.of(1);
  static final SessionId OTHER = SessionId.of("other");
  static final Seat SEAT = new Seat(ME, "connection");

  final ActorTestKit kit;
  private final ManualTime time;
  private final AtomicLong nanos = new AtomicLong(5_000_000_000L);
  final TestProbe<RoomMessage> channel;
  final TestProbe<Gateway.Command> gateway;
  final TestProbe<MediaCommand> worker;
  private final Deque<JsonNode> said = new ArrayDeque<>();
  ActorRef<Session.Command> session;
  ActorRef<MediaEvent> owner;
  String ctsId;
  String stcId;
  boolean resumes;
  int incarnation;

  SessionFixture(ActorTestKit kit) {
    this.kit = kit;
    time = ManualTime.get(kit.system());
    channel = kit.createTestProbe(RoomMessage.class);
    gateway = kit.createTestProbe(Gateway.Command.class);
    worker = kit.createTestProbe(MediaCommand.class);
  }

  @AfterEach
  void end() {
    if (session != null) {
      session.tell(new Session.Disconnected(true));
    }
  }

  void pass(Duration duration) {
    nanos.addAndGet(duration.toNanos());
    time.timePasses(duration);
  }

  void begin(String... features) {
    SessionSettings settings =
        new SessionSettings(
            ROUTER, ProducerOptions.byKind(4_000_000), nanos::get, RandomGenerator.of("L64X128MixRandom"));
    session = kit.spawn(Session.create(channel.getRef(), SEAT.connection(), settings));
    session.tell(new Session.Join(CHANNEL, ME, Set.of(features), resumes, incarnation, gateway.getRef()));
    assertThat(channel.expectMessageClass(Channel.Admit.class))
        .isEqualTo(new Channel.Admit(CHANNEL, SEAT, session, resumes));
  }

  void admit(Production... productions) {
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
  void connect(String... features) {
    begin(features);
    admit();
    answer(expect("INIT_TRANSPORTS"), ROUTER);
    moment();
  }

  /** Longer than the bus gathers messages for a frame. */
  void moment() {
    pass(Duration.ofMillis(50));
  }

  JsonNode next() {
    while (said.isEmpty()) {
      Json.parse(gateway.expectMessageClass(Gateway.Send.class).frame()).orElseThrow().forEach(said::add);
    }
    return said.poll();
  }

  JsonNode expect(String name) {
    JsonNode payload = next();
    assertThat(payload.at("/message/name").asText()).as(payload.toString()).isEqualTo(name);
    return payload;
  }

  void frame(Object... payloads) {
    session.tell(new Session.Frame(Json.write(payloads)));
  }

  void say(String name, Object payload) {
    frame(Map.of("message", Map.of("name", name, "payload", payload)));
    done();
  }

  void ask(String id, String name, Object payload) {
    frame(Map.of("message", Map.of("name", name, "payload", payload), "needResponse", id));
    done();
  }

  void answer(JsonNode request, Object result) {
    String id = request.get("needResponse").textValue();
    frame(result == null ? Map.of("responseTo", id) : Map.of("responseTo", id, "message", result));
    done();
  }

  void done() {
    gateway.expectMessageClass(Gateway.FrameDone.class);
  }

  void expectClosed(int code) {
    assertThat(gateway.expectMessageClass(Gateway.Close.class).code()).isEqualTo(code);
    assertThat(channel.expectMessageClass(Channel.Leave.class)).isEqualTo(new Channel.Leave(SEAT));
  }

  void expectTransportsClosed() {
    assertThat(List.of(worker.receiveMessage(), worker.receiveMessage()))
        .containsExactlyInAnyOrder(
            new MediaCommand.CloseTransport(ctsId), new MediaCommand.CloseTransport(stcId));
  }

  static RtpParameters opus() {
    return new RtpParameters(
        "0",
        List.of(new RtpCodecParameters("audio/opus", 111, 48000, 2, Map.of(), List.of())),
        List.of(),
        List.of(new RtpEncodingParameters(1234L, null, null, null, null, null, null, null, null)),
        new RtcpParameters("c", true, null),
        null);
  }

  static Production production(String producerId, boolean active) {
    var checked = (ProducerCheck.Ok) Ortc.validateProducer(StreamType.AUDIO, StreamType.AUDIO.kind(), opus(), ROUTER);
    return new Production(
        producerId, OTHER, StreamType.AUDIO, active,
        Ortc.consumable(checked.rtpParameters(), StreamType.AUDIO, ROUTER), "cname", null);
  }

  MediaCommand.OpenConsumer expectOpenConsumer() {
    return worker.expectMessageClass(MediaCommand.OpenConsumer.class);
  }

  /** A consumer of the production, set up and answered; gives its id. */
  String consume(Production production) {
    session.tell(new Session.Produced(production));
    var open = expectOpenConsumer();
    assertThat(open.paused()).isTrue();
    assertThat(open.transportId()).isEqualTo(stcId);
    open.replyTo().tell(new MediaReply.Done());
    answer(expect("INIT_CONSUMER"), null);
    moment();
    return open.consumerId();
  }
}
