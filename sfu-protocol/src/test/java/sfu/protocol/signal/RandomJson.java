package sfu.protocol.signal;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Random JSON values in which the keys and words of the protocol come up at random places. */
final class RandomJson {

  private static final String[] KEYS = {
    "message", "name", "payload", "needResponse", "responseTo", "dtlsParameters", "role", "fingerprints", "algorithm",
    "value", "type", "kind", "rtpParameters", "codecs", "headerExtensions", "encodings", "ssrc", "sessionId", "states",
    "audio", "camera", "active", "info", "isTalking", "needRefresh", "jwt", "channelUUID", "features", "mimeType", "id"
  };

  private static final String[] WORDS = {
    "audio", "video", "camera", "client", "auto", "INIT_PRODUCER", "BROADCAST", "C_INFO_CHANGE", "c_0_1", "s_1_0"
  };

  private RandomJson() {}

  static Arbitrary<String> values(int depth) {
    Arbitrary<String> leaves =
        Arbitraries.oneOf(
            Arbitraries.of("null", "true", "false", "0", "-1", "1e400", "123456789012345678901234567890", "0.5"),
            Arbitraries.of(WORDS).map(Json::write),
            Arbitraries.longs().map(String::valueOf),
            Arbitraries.strings().ofMaxLength(10).map(Json::write));
    if (depth == 0) {
      return leaves;
    }
    Arbitrary<String> inner = Arbitraries.lazy(() -> values(depth - 1));
    Arbitrary<String> fields =
        Combinators.combine(Arbitraries.of(KEYS), inner).as((key, value) -> "\"" + key + "\":" + value);
    return Arbitraries.frequencyOf(
        Tuple.of(1, leaves),
        Tuple.of(2, inner.list().ofMaxSize(4).map(list -> "[" + String.join(",", list) + "]")),
        Tuple.of(4, fields.list().ofMaxSize(6).map(list -> "{" + String.join(",", list) + "}")));
  }
}
