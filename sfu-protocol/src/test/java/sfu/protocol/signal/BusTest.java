package sfu.protocol.signal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sfu.protocol.Trace;

class BusTest {

  private static final long MS = 1_000_000;
  private static final long SECOND = 1000 * MS;

  /** Some time of a clock that may well be negative. */
  private static final long NOW = -5 * SECOND;

  private final Bus bus = new Bus("s_1_");

  @Test
  void requestHasAnIdThatItsAnswerNames() {
    String id = bus.request(new ServerMessage.Ping(), NOW, SECOND);
    assertThat(id).isEqualTo("s_1_0");
    assertThat(bus.pollFrame(NOW)).isEqualTo("[{\"message\":{\"name\":\"PING\"},\"needResponse\":\"s_1_0\"}]");
    assertThat(bus.receive("[{\"message\":{\"codecs\":[]},\"responseTo\":\"s_1_0\"}]"))
        .containsExactly(new Inbound.Response("s_1_0", json("{\"codecs\":[]}")));
    assertThat(bus.pollTimeouts(NOW + 2 * SECOND)).isEmpty();
    assertThat(bus.request("PING", null, NOW, SECOND)).isEqualTo("s_1_1");
  }

  @Test
  void answerWithoutAResultHasNoMessageKey() {
    bus.respond("c_0_0", null, NOW);
    assertThat(bus.pollFrame(NOW)).isEqualTo("[{\"responseTo\":\"c_0_0\"}]");
    bus.respond("c_0_1", Map.of("id", "x"), NOW);
    assertThat(bus.pollFrame(NOW)).isEqualTo("[{\"message\":{\"id\":\"x\"},\"responseTo\":\"c_0_1\"}]");
  }

  @Test
  void answerThatComesTwiceOrUnaskedIsMalformed() {
    bus.request("PING", null, NOW, SECOND);
    assertThat(bus.receive("[{\"responseTo\":\"s_1_0\"},{\"responseTo\":\"s_1_0\"},{\"responseTo\":\"s_1_9\"}]"))
        .satisfiesExactly(
            first -> assertThat(first).isEqualTo(new Inbound.Response("s_1_0", null)),
            second -> assertThat(second).isInstanceOf(Inbound.Malformed.class),
            third -> assertThat(third).isInstanceOf(Inbound.Malformed.class));
  }

  @Test
  void unansweredRequestTimesOutOnceAndItsLateAnswerIsIgnored() {
    bus.request("A", null, NOW, 5 * SECOND);
    bus.request("B", null, NOW, SECOND);
    bus.pollFrame(NOW);
    assertThat(bus.nextDeadlineNanos(NOW)).isEqualTo(NOW + SECOND);
    assertThat(bus.pollTimeouts(NOW + SECOND - 1)).isEmpty();
    assertThat(bus.pollTimeouts(NOW + SECOND)).containsExactly("s_1_1");
    assertThat(bus.pollTimeouts(NOW + SECOND)).isEmpty();
    assertThat(bus.receive("[{\"responseTo\":\"s_1_1\"}]")).hasOnlyElementsOfType(Inbound.Malformed.class);
    assertThat(bus.nextDeadlineNanos(NOW + SECOND)).isEqualTo(NOW + 5 * SECOND);
    assertThat(bus.pollTimeouts(NOW + 5 * SECOND)).containsExactly("s_1_0");
    assertThat(bus.nextDeadlineNanos(NOW + 5 * SECOND)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void requestBeyondTheBoundTimesOutAtOnceWithoutBeingSent() {
    for (int i = 0; i < Bus.MAX_PENDING_REQUESTS; i++) {
      bus.request("A", null, NOW, SECOND);
    }
    String id = bus.request("B", null, NOW, SECOND);
    assertThat(bus.nextDeadlineNanos(NOW)).isEqualTo(NOW);
    assertThat(bus.pollTimeouts(NOW)).containsExactly(id);
    assertThat(frames(NOW)).noneMatch(frame -> frame.contains("\"B\""));
  }

  @Test
  void firstMessageLeavesAtOnceAndTheNextOnesAreGathered() {
    bus.send("A", 1, NOW);
    assertThat(bus.nextDeadlineNanos(NOW)).isEqualTo(NOW);
    assertThat(names(bus.pollFrame(NOW))).containsExactly("A");
    bus.send("B", 2, NOW + MS);
    bus.send("C", 3, NOW + 2 * MS);
    assertThat(bus.pollFrame(NOW + 2 * MS)).isNull();
    long windowEnd = NOW + Bus.BATCH_WINDOW_NANOS;
    assertThat(bus.nextDeadlineNanos(NOW + 2 * MS)).isEqualTo(windowEnd);
    assertThat(bus.pollFrame(windowEnd - 1)).isNull();
    assertThat(names(bus.pollFrame(windowEnd))).containsExactly("B", "C");
    bus.send("D", 4, windowEnd + Bus.BATCH_WINDOW_NANOS);
    assertThat(names(bus.pollFrame(windowEnd + Bus.BATCH_WINDOW_NANOS))).containsExactly("D");
  }

  @Test
  void whatIsSaidInOneTurnSharesAFrame() {
    bus.send(new ServerMessage.SessionLeave(SessionId.of(1)), NOW);
    bus.request(new ServerMessage.Ping(), NOW, SECOND);
    bus.send(new ServerMessage.InfoChange(Map.of("2", SessionInfo.talking(true))), NOW);
    assertThat(names(bus.pollFrame(NOW))).containsExactly("SESSION_LEAVE", "PING", "S_INFO_CHANGE");
    assertThat(bus.pollFrame(NOW)).isNull();
  }

  @Test
  void answerWaitsForNoWindowAndTakesAlongInOrderWhatDoes() {
    bus.send("A", null, NOW);
    bus.pollFrame(NOW);
    bus.send("B", null, NOW + MS);
    bus.respond("c_0_0", null, NOW + MS);
    assertThat(bus.nextDeadlineNanos(NOW + MS)).isEqualTo(NOW + MS);
    assertThat(bus.pollFrame(NOW + MS))
        .isEqualTo("[{\"message\":{\"name\":\"B\"}},{\"responseTo\":\"c_0_0\"}]");
  }

  @Test
  void answerMakesNobodyWait() {
    bus.respond("c_0_0", null, NOW);
    bus.pollFrame(NOW);
    bus.send("A", null, NOW);
    assertThat(bus.pollFrame(NOW)).isNotNull();
  }

  @Test
  void joiningAChannelOfFiftyTakesFewFrames() {
    List<String> frames = new ArrayList<>();
    for (int i = 0; i < 98; i++) {
      long now = NOW + i * MS / 2;
      bus.request("INIT_CONSUMER", Map.of("sdp", "x".repeat(1500)), now, 5 * SECOND);
      frames.addAll(frames(now));
    }
    frames.addAll(frames(NOW + SECOND));
    assertThat(frames).hasSizeLessThanOrEqualTo(6);
    assertThat(frames.stream().mapToInt(frame -> json(frame).size()).sum()).isEqualTo(98);
  }

  @Test
  void longBatchIsSplitIntoFramesThatAllLeaveAtOnce() {
    String payload = "x".repeat(100_000);
    for (int i = 0; i < 5; i++) {
      bus.send("A", payload, NOW);
    }
    assertThat(frames(NOW))
        .hasSize(3)
        .allSatisfy(frame -> assertThat(frame.length()).isLessThanOrEqualTo(Bus.MAX_FRAME_LENGTH));
  }

  @Test
  void payloadLongerThanAFrameLeavesAlone() {
    bus.send("A", "x".repeat(Bus.MAX_FRAME_LENGTH), NOW);
    bus.send("B", null, NOW);
    assertThat(frames(NOW)).extracting(BusTest::names).containsExactly(List.of("A"), List.of("B"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{}", "null", "7", "\"[]\"", "[", "[{}", "[{}]]", "[{}] []", "[1,]", "[{\"a\":01}]", "\ud800"})
  void frameThatIsNoJsonArrayIsDropped(String frame) {
    assertThat(bus.receive(frame)).hasOnlyElementsOfType(Inbound.Malformed.class).isNotEmpty();
  }

  @Test
  void badPayloadDoesNotSpoilItsNeighbours() {
    String frame =
        "[null,7,[],{},{\"message\":7},{\"message\":{\"name\":7}},{\"message\":{\"name\":\"" + "x".repeat(65)
            + "\"}},{\"responseTo\":7},{\"message\":{\"name\":\"X\"},\"needResponse\":7},"
            + "{\"message\":{\"name\":\"BROADCAST\",\"payload\":null}}]";
    List<Inbound> read = bus.receive(frame);
    assertThat(read).hasSize(10);
    assertThat(read.subList(0, 9)).hasOnlyElementsOfType(Inbound.Malformed.class);
    assertThat(read.get(9)).isEqualTo(new Inbound.Message("BROADCAST", json("null")));
  }

  @Test
  void requestWithoutANameIsStillARequestToAnswer() {
    assertThat(bus.receive("[{\"needResponse\":\"c_0_0\"},{\"message\":{},\"needResponse\":\"c_0_1\"}]"))
        .containsExactly(new Inbound.Request("c_0_0", "", null), new Inbound.Request("c_0_1", "", null));
  }

  @Test
  void emptyFrameSaysNothing() {
    assertThat(bus.receive("[]")).isEmpty();
  }

  @Test
  void deepLongAndCrowdedFramesAreDropped() {
    assertThat(bus.receive("[".repeat(100_000))).hasOnlyElementsOfType(Inbound.Malformed.class).hasSize(1);
    assertThat(bus.receive("[" + "7".repeat(300) + "]")).hasOnlyElementsOfType(Inbound.Malformed.class).hasSize(1);
    assertThat(bus.receive(" ".repeat(Json.MAX_TEXT_LENGTH) + "[]"))
        .hasOnlyElementsOfType(Inbound.Malformed.class).hasSize(1);
    String crowd =
        IntStream.rangeClosed(0, BusReader.MAX_PAYLOADS).mapToObj(i -> "{}").collect(Collectors.joining(",", "[", "]"));
    assertThat(bus.receive(crowd)).hasOnlyElementsOfType(Inbound.Malformed.class).hasSize(1);
  }

  /** Java's UTF-8 would make a question mark of it, and some WebSocket stacks fail the connection. */
  @Test
  void halfASurrogatePairIsPassedOnAsTheEscapeItCameAs() {
    Inbound.Message message =
        (Inbound.Message)
            bus.receive("[{\"message\":{\"name\":\"B\",\"payload\":\"\\ud83d \\ude00 \\ud83d\\ude00 \\ud83d\"}}]")
                .getFirst();
    bus.send(new ServerMessage.Broadcast(SessionId.of(1), message.payload()), NOW);
    assertThat(bus.pollFrame(NOW)).contains("\"\\ud83d \\ude00 \ud83d\ude00 \\ud83d\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"call-vp8-client1", "call-vp8-client2", "call-h264-client1"})
  void everythingARecordedServerSaidComesOutTheSame(String trace) {
    List<JsonNode> said =
        Trace.of(trace).payloads().stream().filter(p -> p.from().equals("server")).map(Trace.Payload::json).toList();
    Bus recorded = new Bus(trace.endsWith("client2") ? "s_1_" : "s_0_");
    for (JsonNode payload : said) {
      JsonNode message = payload.get("message");
      if (payload.has("responseTo")) {
        recorded.respond(payload.get("responseTo").asText(), message, NOW);
      } else if (payload.has("needResponse")) {
        recorded.request(message.get("name").asText(), message.get("payload"), NOW, SECOND);
      } else {
        recorded.send(message.get("name").asText(), message.get("payload"), NOW);
      }
    }
    assertThat(json(recorded.pollFrame(NOW))).containsExactlyElementsOf(said);
  }

  @Property(tries = 300)
  void anyTextIsReadOrMalformed(@ForAll String frame) {
    assertThat(new Bus("s_").receive(frame)).isNotNull();
  }

  @Property(tries = 500)
  void anyJsonIsReadOrMalformed(@ForAll("frames") String frame) {
    List<Inbound> read = new Bus("s_").receive(frame);
    JsonNode tree = json(frame);
    assertThat(read).hasSize(tree.isArray() ? tree.size() : 1);
    assertThat(read).noneMatch(Inbound.Response.class::isInstance);
  }

  @Provide
  Arbitrary<String> frames() {
    return RandomJson.values(4).list().ofMaxSize(4).map(list -> "[" + String.join(",", list) + "]");
  }

  private List<String> frames(long now) {
    List<String> frames = new ArrayList<>();
    for (String frame = bus.pollFrame(now); frame != null; frame = bus.pollFrame(now)) {
      frames.add(frame);
    }
    return frames;
  }

  private static List<String> names(String frame) {
    List<String> names = new ArrayList<>();
    json(frame).forEach(payload -> names.add(payload.at("/message/name").asText()));
    return names;
  }

  private static JsonNode json(String text) {
    return Json.parse(text).orElseThrow();
  }
}
