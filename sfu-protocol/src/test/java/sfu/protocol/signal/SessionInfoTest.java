package sfu.protocol.signal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionInfoTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      value = {"true,true", "false,false", "1,true", "0,false", "-0.0,false", "0.1,true", "'\"\"',false",
        "'\"false\"',true", "null,false", "[],true", "{},true"})
  void valuesAreCoercedAsJavaScriptDoes(String value, boolean truth) {
    assertThat(coerce("{\"isDeaf\":" + value + "}").isDeaf()).isEqualTo(truth);
  }

  @Test
  void unknownKeysAreDroppedAndUnsetOnesAbsent() {
    assertThat(Json.write(coerce("{\"isTalking\":1,\"isAdmin\":true}"))).isEqualTo("{\"isTalking\":true}");
    assertThat(Json.write(SessionInfo.UNSET)).isEqualTo("{}");
  }

  @Test
  void allSixKeysGoThroughUnchanged() {
    String json =
        "{\"isTalking\":true,\"isCameraOn\":false,\"isScreenSharingOn\":true,\"isSelfMuted\":false,"
            + "\"isDeaf\":true,\"isRaisingHand\":false}";
    assertThat(Json.write(coerce(json))).isEqualTo(json);
    assertThat(Json.read(Json.parse(json).orElseThrow(), SessionInfo.class)).hasValue(coerce(json));
  }

  @Test
  void infoThatIsNoObjectSetsNothing() {
    assertThat(coerce("[true]")).isEqualTo(SessionInfo.UNSET);
    assertThat(coerce("\"isTalking\"")).isEqualTo(SessionInfo.UNSET);
    assertThat(SessionInfo.coerce(null)).isEqualTo(SessionInfo.UNSET);
  }

  @Test
  void changeKeepsWhatItDoesNotName() {
    SessionInfo info = SessionInfo.talking(true).merge(SessionInfo.cameraOn(true));
    assertThat(info.merge(SessionInfo.talking(false)))
        .isEqualTo(new SessionInfo(false, true, null, null, null, null));
    assertThat(info.merge(SessionInfo.UNSET)).isEqualTo(info);
    assertThat(SessionInfo.screenSharingOn(false).isScreenSharingOn()).isFalse();
  }

  private static SessionInfo coerce(String json) {
    return SessionInfo.coerce(Json.parse(json).orElseThrow());
  }
}
