package sfu.protocol.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sfu.protocol.jwt.JwtVerifier.Result;

class JwtTest {

  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
  private static final byte[] KEY = bytes("0123456789abcdef0123456789abcdef");
  private static final String HS256 = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";

  private static final UnaryOperator<String> URL = text -> text;
  private static final UnaryOperator<String> STANDARD = text -> text.replace('-', '+').replace('_', '/');
  private static final UnaryOperator<String> PADDED = text -> text + "=".repeat((4 - text.length() % 4) % 4);

  /** RFC 7515, A.1, whose payload has line breaks and whose token expired in 2011. */
  @Test
  void publishedExampleIsVerified() {
    byte[] key =
        Keys.decode("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow")
            .orElseThrow();
    String token =
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
            + ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
            + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    assertThat(verified(new JwtVerifier(key).verify(token, Instant.ofEpochSecond(1_300_819_379))).text("iss"))
        .hasValue("joe");
    assertThat(refused(new JwtVerifier(key).verify(token, Instant.ofEpochSecond(1_300_819_381)))).isEqualTo("expired");
    assertThat(refused(new JwtVerifier(KEY).verify(token, Instant.ofEpochSecond(1_300_819_379))))
        .isEqualTo("signed with another key");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 16, 31, 32, 33, 64, 65, 200})
  void keyOfAnyLengthVerifiesWhatOthersSignedWithIt(int length) {
    byte[] key = bytes("k".repeat(length));
    String token = sign(HS256, "{\"iss\":\"odoo\"}", key, URL);
    assertThat(verified(new JwtVerifier(key).verify(token, NOW)).text("iss")).hasValue("odoo");
    assertThat(verified(new JwtVerifier(key).verify(new JwtSigner(key).sign(Map.of("iss", "odoo")), NOW)).text("iss"))
        .hasValue("odoo");
    assertThat(Keys.isShort(key)).isEqualTo(length < 32);
  }

  @Test
  void emptyKeyIsRefused() {
    assertThatThrownBy(() -> new JwtVerifier(new byte[0])).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new JwtSigner(new byte[0])).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void standardAndUrlBase64AreTakenPaddedOrNot() {
    String claims = "{\"iss\":\"\u00fb\u00ff\u00fe???>>>~~~\",\"a\":1}";
    assertThat(sign(HS256, claims, KEY, URL)).containsAnyOf("-", "_");
    for (UnaryOperator<String> alphabet : List.of(URL, STANDARD)) {
      assertThat(verified(verify(sign(HS256, claims, KEY, alphabet))).get("a").asInt()).isEqualTo(1);
      String padded = sign(HS256, claims, KEY, text -> PADDED.apply(alphabet.apply(text)));
      assertThat(padded).contains("=");
      assertThat(verified(verify(padded)).get("a").asInt()).isEqualTo(1);
    }
  }

  /** Another spelling of the same bytes was never signed. */
  @Test
  void signedDataIsTheTextAsItCame() {
    String[] parts = sign(HS256, "{\"iss\":\"odoo!!\"}", KEY, URL).split("\\.");
    assertThat(PADDED.apply(parts[1])).isNotEqualTo(parts[1]);
    assertThat(refused(verify(parts[0] + "." + PADDED.apply(parts[1]) + "." + parts[2])))
        .isEqualTo("signed with another key");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      value = {
        "'{\"exp\":1700000001}', true",
        "'{\"exp\":1700000001.5}', true",
        "'{\"exp\":1699999999}', false",
        "'{\"nbf\":1700000000}', true",
        "'{\"nbf\":1700000001}', false",
        "'{\"iat\":1700000060}', true",
        "'{\"iat\":1700000061}', false",
        "'{\"iat\":1699999000,\"exp\":1700000900}', true",
        "'{\"exp\":{}}', false",
        "'{\"exp\":\"soon\"}', false",
        "'{\"exp\":1e400}', false",
        "'{\"iat\":123456789012345678901234567890}', false",
      })
  void tokenIsValidBetweenItsTimes(String claims, boolean valid) {
    assertThat(verify(sign(HS256, claims, KEY, URL)) instanceof Result.Verified).isEqualTo(valid);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"alg\":\"none\"}", "{\"alg\":\"None\"}", "{\"alg\":\"HS512\"}", "{\"alg\":\"RS256\"}", "{\"alg\":\"hs256\"}",
        "{\"alg\":null}", "{}", "{\"alg\":\"HS256\",\"zip\":\"DEF\"}",
        "{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"b64\":false}"
      })
  void anythingButHs256IsRefused(String header) {
    String token = sign(header, "{\"iss\":\"odoo\"}", KEY, URL);
    assertThat(refused(verify(token))).isEqualTo("not a plain HS256 token");
    assertThat(refused(verify(token.substring(0, token.lastIndexOf('.') + 1)))).isEqualTo("not a plain HS256 token");
  }

  @Test
  void tokenWithoutASignatureIsRefused() {
    String token = sign(HS256, "{\"iss\":\"odoo\"}", KEY, URL);
    assertThat(verify(token.substring(0, token.lastIndexOf('.') + 1))).isInstanceOf(Result.Refused.class);
    assertThat(verify(token.substring(0, token.lastIndexOf('.')))).isInstanceOf(Result.Refused.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "...", "a.b.c", "e30.e30.e30", "bnVsbA.bnVsbA.", "\u2603.\u2603.\u2603", " "})
  void whatIsNoTokenIsRefused(String token) {
    assertThat(verify(token)).isInstanceOf(Result.Refused.class);
  }

  @Test
  void longTokenIsNotLookedAt() {
    String token = sign(HS256, "{\"iss\":\"" + "x".repeat(JwtVerifier.MAX_LENGTH) + "\"}", KEY, URL);
    assertThat(refused(verify(token))).startsWith("longer");
  }

  @ParameterizedTest
  @CsvSource({"aGk=, hi", "aGk, hi", "'  aGk=\n', hi", "_-8, \u00ff\u00ef", "/+8=, \u00ff\u00ef"})
  void keyIsTakenInEitherAlphabetPaddedOrNot(String text, String key) {
    assertThat(Keys.decode(text)).hasValue(key.getBytes(StandardCharsets.ISO_8859_1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "=", "a", "a!b=", "aGk=aGk="})
  void whatIsNoKeyIsRefused(String text) {
    assertThat(Keys.decode(text)).isEmpty();
  }

  @Property(tries = 500)
  void anyTextIsRefused(@ForAll String token, @ForAll String payload) {
    assertThat(verify(token)).isInstanceOf(Result.Refused.class);
    assertThat(verify(base64(bytes(HS256)) + "." + payload + "." + token)).isInstanceOf(Result.Refused.class);
  }

  @Property(tries = 300)
  void whateverIsSignedIsVerifiedOrRefusedButNeverThrows(@ForAll String payload, @ForAll double time) {
    assertThat(verify(sign(HS256, payload, KEY, URL))).isNotNull();
    assertThat(verify(sign(HS256, "{\"exp\":" + time + ",\"iat\":" + time + ",\"nbf\":" + time + "}", KEY, URL)))
        .isNotNull();
  }

  @Property(tries = 300)
  void tokenWithAnyBitTurnedIsRefused(
      @ForAll @IntRange(max = 10_000) int position, @ForAll @IntRange(max = 5) int bit, @ForAll @Size(40) byte[] key) {
    String token = sign(HS256, "{\"iss\":\"odoo\"}", key, URL);
    int at = position % (token.length() - 1);
    if (token.charAt(at) != '.') {
      String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
      char turned = alphabet.charAt(alphabet.indexOf(token.charAt(at)) ^ 1 << bit);
      String forged = token.substring(0, at) + turned + token.substring(at + 1);
      assertThat(new JwtVerifier(key).verify(forged, NOW)).isInstanceOf(Result.Refused.class);
    }
  }

  private static Result verify(String token) {
    return new JwtVerifier(KEY).verify(token, NOW);
  }

  private static Claims verified(Result result) {
    assertThat(result).isInstanceOf(Result.Verified.class);
    return ((Result.Verified) result).claims();
  }

  private static String refused(Result result) {
    assertThat(result).isInstanceOf(Result.Refused.class);
    return ((Result.Refused) result).reason();
  }

  /** Signs as an Odoo server might, without the library under test; {@code spelling} is applied to each part. */
  private static String sign(String header, String payload, byte[] key, UnaryOperator<String> spelling) {
    String signed = spelling.apply(base64(bytes(header))) + "." + spelling.apply(base64(bytes(payload)));
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return signed + "." + spelling.apply(base64(mac.doFinal(bytes(signed))));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
