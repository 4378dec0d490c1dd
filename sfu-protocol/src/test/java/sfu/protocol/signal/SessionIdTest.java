package sfu.protocol.signal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionIdTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"7", "0", "-3", "9007199254740993", "123456789012345678901234567890", "\"7\"", "\"a-b\"", "1.5"})
  void goesOutAsTheTypeItCameIn(String json) {
    assertThat(Json.write(parse(json).orElseThrow())).isEqualTo(json);
  }

  @ParameterizedTest
  @CsvSource({"1.0, 1", "1e3, 1000", "-0.0, 0", "2.50, 2.5", "1e300, 1.0E300"})
  void fractionHasOneText(String json, String text) {
    assertThat(parse(json).orElseThrow().text()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "true", "{}", "[1]", "\"\"", "1e999"})
  void anythingElseIsNoId(String json) {
    assertThat(parse(json)).isEmpty();
  }

  @Test
  void longIdIsRefused() {
    assertThat(parse('"' + "x".repeat(SessionId.MAX_LENGTH) + '"')).isPresent();
    assertThat(parse('"' + "x".repeat(SessionId.MAX_LENGTH + 1) + '"')).isEmpty();
  }

  @Test
  void numberAndItsTextAreOneSession() {
    assertThat(SessionId.of(7)).isEqualTo(SessionId.of("7")).hasSameHashCodeAs(SessionId.of("7"));
    assertThat(SessionId.of("7")).isNotEqualTo(SessionId.of("07"));
  }

  @Property(tries = 300)
  void anyNumberSurvivesTheWire(@ForAll double number) {
    SessionId id = parse(Json.write(number)).orElseThrow();
    assertThat(parse(Json.write(id))).hasValueSatisfying(back -> {
      assertThat(back.text()).isEqualTo(id.text());
      assertThat(back.numeric()).isTrue();
    });
  }

  @Property(tries = 300)
  void anyTextSurvivesTheWireOrIsRefused(@ForAll String text) {
    Optional<SessionId> id = parse(Json.write(text));
    assertThat(id.isPresent()).isEqualTo(!text.isEmpty() && text.length() <= SessionId.MAX_LENGTH);
    id.ifPresent(i -> assertThat(parse(Json.write(i)).orElseThrow().text()).isEqualTo(text));
  }

  private static Optional<SessionId> parse(String json) {
    JsonNode node = Json.parse(json).orElseThrow();
    Optional<SessionId> parsed = SessionId.parse(node);
    assertThat(Json.read(node, SessionId.class)).isEqualTo(parsed);
    return parsed;
  }
}
