package sfu.load.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sfu.protocol.ortc.DtlsParameters;
import sfu.protocol.ortc.RouterCapabilities;
import sfu.protocol.ortc.RtpCapabilities;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.Json;
import sfu.protocol.signal.ServerMessage.InitConsumer;
import sfu.protocol.signal.ServerMessage.InitTransports;
import sfu.protocol.signal.SessionId;
import sfu.protocol.signal.SessionInfo;

class SfuClientTest {

  private static final String INIT_TRANSPORTS =
      "[{\"message\":{\"name\":\"INIT_TRANSPORTS\",\"payload\":{\"capabilities\":{}}},\"needResponse\":\"s_0\"}]";

  private final Listener listener = new Listener();
  private final ClientLoop loop = new ClientLoop("test");
  private ScriptedServer server;

  @BeforeEach
  void listen() throws Exception {
    server = new ScriptedServer();
  }

  @AfterEach
  void end() throws Exception {
    server.close();
    loop.close();
  }

  @Test
  void joinsOnceTheServerAcceptsTheCredentials() throws Exception {
    CompletableFuture<SfuClient> joined = SfuClient.join(server.invitation(), listener, loop);
    server.accept();

    assertThat(Json.parse(server.hear()))
        .isEqualTo(Json.parse("{\"channelUUID\":\"the channel\",\"jwt\":\"the token\"}"));
    assertThat(joined).isNotDone();
    server.say("");
    assertThat(joined).succeedsWithin(5, TimeUnit.SECONDS);
  }

  @Test
  void saysWhatItCanDoAndThatItComesBack() throws Exception {
    Invitation invitation = server.invitation().with(Set.of("move")).resuming(true);
    SfuClient.join(invitation, listener, loop);
    server.accept();

    assertThat(Json.parse(server.hear()))
        .isEqualTo(
            Json.parse(
                "{\"channelUUID\":\"the channel\",\"jwt\":\"the token\",\"features\":[\"move\"],\"resumes\":true}"));
  }

  @Test
  void tellsTheListenerOfMoves() throws Exception {
    joined();
    listener.capabilities.complete(RouterCapabilities.of(List.of("PCMU"), List.of()));

    server.say("[{\"message\":{\"name\":\"MOVE\"}},"
        + "{\"message\":{\"name\":\"SESSIONS\",\"payload\":{\"sessionIds\":[7,\"two\"]}}}]");

    assertThat(List.of(listener.heard(), listener.heard())).containsExactly("move", "[7, two]");
  }

  @Test
  void answersAsManyInitTransportsAsTheServerSends() throws Exception {
    joined();
    listener.capabilities.complete(RouterCapabilities.of(List.of("PCMU"), List.of()));

    server.say(INIT_TRANSPORTS);
    String first = server.hear();
    server.say(INIT_TRANSPORTS.replace("s_0", "s2_0"));

    assertThat(first).contains("\"responseTo\":\"s_0\"");
    assertThat(server.hear()).contains("\"responseTo\":\"s2_0\"");
  }

  @Test
  void aRefusalFailsTheJoinAndNamesTheCode() throws Exception {
    CompletableFuture<SfuClient> joined = SfuClient.join(server.invitation(), listener, loop);
    server.accept();
    server.hear();
    server.close(4106);

    assertThatThrownBy(joined::join).hasCauseInstanceOf(SfuException.class).hasMessageContaining("4106");
    assertThat(listener.heard()).isEqualTo("closed 4106");
  }

  @Test
  void aServerThatIsNotThereFailsTheJoin() throws Exception {
    Invitation invitation = server.invitation();
    server.close();

    assertThatThrownBy(SfuClient.join(invitation, listener, loop)::join).hasMessageContaining("no connection to ws://");
    assertThat(listener.heard()).isEqualTo("closed 1006");
  }

  @Test
  void answersRequestsWithWhatTheListenerGives() throws Exception {
    joined();
    listener.capabilities.complete(RouterCapabilities.of(List.of("PCMU"), List.of()));

    server.say(INIT_TRANSPORTS);

    JsonNode answer = Json.parse(server.hear()).orElseThrow().get(0);
    assertThat(answer.path("responseTo").textValue()).isEqualTo("s_0");
    assertThat(answer.path("message").path("codecs").get(0).path("mimeType").textValue()).isEqualTo("audio/PCMU");
  }

  @Test
  void answersAPingWhileAnotherRequestWaits() throws Exception {
    joined();

    server.say(INIT_TRANSPORTS);
    server.say("[{\"message\":{\"name\":\"PING\"},\"needResponse\":\"s_1\"}]");

    assertThat(server.hear()).isEqualTo("[{\"responseTo\":\"s_1\"}]");
  }

  @Test
  void aFailedRequestEndsTheSession() throws Exception {
    joined();
    listener.capabilities.completeExceptionally(new IllegalStateException("no media today"));

    server.say(INIT_TRANSPORTS);

    assertThat(server.hear()).isEqualTo("close 1011");
    assertThat(listener.heard()).isEqualTo("closed 1011");
  }

  @Test
  void aProducerHasTheIdThatTheServerGives() throws Exception {
    SfuClient client = joined();
    RtpParameters parameters = new RtpParameters("0", List.of(), List.of(), List.of(), null, null);

    CompletableFuture<String> producer = client.initProducer(StreamType.CAMERA, parameters);
    JsonNode request = Json.parse(server.hear()).orElseThrow().get(0);
    server.say("[{\"message\":{\"id\":\"p\"},\"responseTo\":" + request.get("needResponse") + "}]");

    assertThat(request.at("/message/name").textValue()).isEqualTo("INIT_PRODUCER");
    assertThat(request.at("/message/payload/type").textValue()).isEqualTo("camera");
    assertThat(request.at("/message/payload/kind").textValue()).isEqualTo("video");
    assertThat(producer).succeedsWithin(5, TimeUnit.SECONDS).isEqualTo("p");
  }

  @Test
  void aProducerWithoutAnIdWasRefused() throws Exception {
    SfuClient client = joined();

    CompletableFuture<String> producer =
        client.initProducer(StreamType.AUDIO, new RtpParameters("0", null, null, null, null, null));
    JsonNode request = Json.parse(server.hear()).orElseThrow().get(0);
    server.say("[{\"responseTo\":" + request.get("needResponse") + "}]");

    assertThatThrownBy(producer::join).hasMessageContaining("refused");
  }

  @Test
  void whatIsPendingFailsWhenTheConnectionBreaks() throws Exception {
    SfuClient client = joined();
    CompletableFuture<Void> connected = client.connectCts(new DtlsParameters("client", List.of()));
    server.hear();

    server.cut();

    assertThatThrownBy(connected::join).hasMessageContaining("ended with 1006");
    assertThat(listener.heard()).isEqualTo("closed 1006");
  }

  @Test
  void tellsTheListenerWhatOthersDo() throws Exception {
    joined();

    server.say("[{\"message\":{\"name\":\"BROADCAST\",\"payload\":{\"senderId\":7,\"message\":[1]}}},"
        + "{\"message\":{\"name\":\"S_INFO_CHANGE\",\"payload\":{\"7\":{\"isDeaf\":true}}}},"
        + "{\"message\":{\"name\":\"NEWS\",\"payload\":1}},"
        + "{\"message\":{\"name\":\"SESSION_LEAVE\",\"payload\":{\"sessionId\":7}}}]");

    assertThat(List.of(listener.heard(), listener.heard(), listener.heard()))
        .containsExactly("7 says [1]", "{7=true}", "7 left");
  }

  @Test
  void saysWhatItIsToldTo() throws Exception {
    SfuClient client = joined();

    client.changeProduction(StreamType.SCREEN, false);
    client.changeConsumption(SessionId.of("x"), Map.of(StreamType.CAMERA, false));
    client.changeInfo(SessionInfo.talking(true), true);
    client.broadcast(Map.of("hello", "world"));

    List<String> heard = new ArrayList<>();
    while (heard.size() < 4) {
      Json.parse(server.hear()).orElseThrow().forEach(payload -> heard.add(payload.get("message").toString()));
    }
    assertThat(heard)
        .containsExactly(
            "{\"name\":\"PRODUCTION_CHANGE\",\"payload\":{\"type\":\"screen\",\"active\":false}}",
            "{\"name\":\"CONSUMPTION_CHANGE\",\"payload\":{\"sessionId\":\"x\",\"states\":{\"camera\":false}}}",
            "{\"name\":\"C_INFO_CHANGE\",\"payload\":{\"info\":{\"isTalking\":true},\"needRefresh\":true}}",
            "{\"name\":\"BROADCAST\",\"payload\":{\"hello\":\"world\"}}");
  }

  @Test
  void leavingSaysGoodbye() throws Exception {
    SfuClient client = joined();

    client.close();

    assertThat(server.hear()).isEqualTo("close 1000");
    assertThat(listener.heard()).isEqualTo("closed 1000");
  }

  private SfuClient joined() throws Exception {
    CompletableFuture<SfuClient> joined = SfuClient.join(server.invitation(), listener, loop);
    server.accept();
    server.hear();
    server.say("");
    return joined.get(5, TimeUnit.SECONDS);
  }

  private static final class Listener implements SessionListener {

    final CompletableFuture<RtpCapabilities> capabilities = new CompletableFuture<>();
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    String heard() throws InterruptedException {
      return heard.poll(5, TimeUnit.SECONDS);
    }

    @Override
    public CompletableFuture<RtpCapabilities> initTransports(SfuClient client, InitTransports transports) {
      return capabilities;
    }

    @Override
    public CompletableFuture<Void> initConsumer(SfuClient client, InitConsumer consumer) {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void broadcast(SessionId senderId, JsonNode message) {
      heard.add(senderId + " says " + message);
    }

    @Override
    public void sessionLeft(SessionId sessionId) {
      heard.add(sessionId + " left");
    }

    @Override
    public void infoChanged(Map<String, SessionInfo> infos) {
      infos.forEach((id, info) -> heard.add("{" + id + "=" + info.isDeaf() + "}"));
    }

    @Override
    public void moveAsked() {
      heard.add("move");
    }

    @Override
    public void sessions(List<SessionId> sessionIds) {
      heard.add(sessionIds.toString());
    }

    @Override
    public void closed(int code, String reason) {
      heard.add("closed " + code);
    }
  }
}
