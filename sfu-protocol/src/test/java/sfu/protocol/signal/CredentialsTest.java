package sfu.protocol.signal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {

  @Test
  void objectNamesChannelAndToken() {
    Credentials credentials = accepted("{\"channelUUID\":\"86079c25\",\"jwt\":\"a.b.c\",\"version\":7}");
    assertThat(credentials.channelUuid()).isEqualTo("86079c25");
    assertThat(credentials.jwt()).isEqualTo("a.b.c");
    assertThat(credentials.features()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"a.b.c\"", "{\"jwt\":\"a.b.c\"}", "{\"jwt\":\"a.b.c\",\"channelUUID\":null}"})
  void oldClientSendsTheTokenAlone(String frame) {
    assertThat(accepted(frame).channelUuid()).isNull();
    assertThat(accepted(frame).jwt()).isEqualTo("a.b.c");
  }

  @Test
  void featuresAreBoundedAndTextsOnly() {
    String many = IntStream.range(0, 100).mapToObj(i -> "\"f" + i + "\"").collect(Collectors.joining(","));
    assertThat(accepted("{\"jwt\":\"j\",\"features\":[" + many + "]}").features()).hasSize(32).contains("f0");
    assertThat(accepted("{\"jwt\":\"j\",\"features\":[1,null,\"speaking\",\"" + "x".repeat(65) + "\"]}").features())
        .containsExactly("speaking");
    assertThat(accepted("{\"jwt\":\"j\",\"features\":\"speaking\"}").features()).isEmpty();
  }

  @Test
  void resumesIsABooleanOfItsOwn() {
    assertThat(accepted("{\"jwt\":\"j\",\"features\":[\"move\"],\"resumes\":true}").resumes()).isTrue();
    assertThat(accepted("{\"jwt\":\"j\",\"resumes\":\"true\"}").resumes()).isFalse();
    assertThat(accepted("\"j\"").resumes()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a.b.c", "{", "{\"jwt\":\"a\"} {}", "\u0000"})
  void noJsonIsAnError1011(String frame) {
    assertThat(refused(frame)).isEqualTo(CloseCode.ERROR);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"null", "7", "[]", "[\"jwt\"]", "{}", "{\"jwt\":\"\"}", "{\"jwt\":7}", "\"\"",
        "{\"jwt\":\"a\",\"channelUUID\":7}", "{\"jwt\":\"a\",\"channelUUID\":{}}"})
  void jsonWithoutATokenIsAnAuthenticationFailure4106(String frame) {
    assertThat(refused(frame)).isEqualTo(CloseCode.AUTHENTICATION_FAILED);
  }

  @Test
  void tokenDoesNotReachALog() {
    assertThat(accepted("\"secret\"").toString()).doesNotContain("secret");
  }

  @Property(tries = 500)
  void anyTextIsAcceptedOrRefused(@ForAll String frame) {
    assertThat(Credentials.parse(frame)).isNotNull();
    assertThat(Credentials.parse("{\"jwt\":" + Json.write(frame) + ",\"channelUUID\":" + Json.write(frame) + "}"))
        .isNotNull();
  }

  private static Credentials accepted(String frame) {
    Credentials.Parsed parsed = Credentials.parse(frame);
    assertThat(parsed).isInstanceOf(Credentials.Parsed.Accepted.class);
    return ((Credentials.Parsed.Accepted) parsed).credentials();
  }

  private static CloseCode refused(String frame) {
    Credentials.Parsed parsed = Credentials.parse(frame);
    assertThat(parsed).isInstanceOf(Credentials.Parsed.Refused.class);
    return ((Credentials.Parsed.Refused) parsed).code();
  }
}
