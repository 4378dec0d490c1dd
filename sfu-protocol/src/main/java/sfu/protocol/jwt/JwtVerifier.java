package sfu.protocol.jwt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jsonwebtoken.ExpiredJwtException;
import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.PrematureJwtException;
import io.jsonwebtoken.io.DecodingException;
import io.jsonwebtoken.security.SignatureException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.SecretKey;
import sfu.protocol.signal.Json;

/** Verifies tokens with one key. Immutable and thread-safe. */
public final class JwtVerifier {

  /** The longest token looked at, in characters. */
  static final int MAX_LENGTH = 64 * 1024;

  /** How far ahead of ours the clock that stamped {@code iat} may be. */
  static final Duration MAX_CLOCK_LEAD = Duration.ofSeconds(60);

  private final SecretKey key;

  /** What became of a token. */
  public sealed interface Result {

    /** Signed with the key, and valid now. */
    record Verified(Claims claims) implements Result {}

    /** Not to be trusted; {@code reason} is for the log and quotes nothing of the token. */
    record Refused(String reason) implements Result {}
  }

  /**
   * Takes a key of any length but 0; shorter than 256 bits is weak but in use.
   *
   * @throws IllegalArgumentException if the key is empty
   */
  public JwtVerifier(byte[] key) {
    this.key = Keys.hmac(key);
  }

  /** Verifies signature, {@code exp}, {@code nbf} and {@code iat} of a token at the given time. Never throws. */
  public Result verify(String token, Instant now) {
    if (token.length() > MAX_LENGTH) {
      return new Result.Refused("longer than " + MAX_LENGTH + " characters");
    }
    // Looked at before jjwt does: it would take the token's word for compression, encryption and critical extensions.
    String[] parts = token.split("\\.", -1);
    Optional<ObjectNode> header = parts.length == 3 ? object(parts[0]) : Optional.empty();
    Optional<ObjectNode> claims = parts.length == 3 ? object(parts[1]) : Optional.empty();
    if (header.isEmpty() || claims.isEmpty()) {
      return new Result.Refused("no JSON Web Token");
    }
    if (!"HS256".equals(header.get().path("alg").textValue()) || header.get().has("zip") || header.get().has("crit")) {
      return new Result.Refused("not a plain HS256 token");
    }
    if (!hasPlainTimes(claims.get())) {
      return new Result.Refused("a time that is no number");
    }
    return verified(token, claims.get(), now);
  }

  private Result verified(String token, ObjectNode claims, Instant now) {
    Date issuedAt;
    try {
      issuedAt =
          Jwts.parser()
              .verifyWith(key)
              .b64Url(JwtVerifier::decode)
              .clock(() -> Date.from(now))
              .build()
              .parseSignedClaims(token)
              .getPayload()
              .getIssuedAt();
    } catch (ExpiredJwtException _) {
      return new Result.Refused("expired");
    } catch (PrematureJwtException _) {
      return new Result.Refused("not valid yet");
    } catch (SignatureException _) {
      return new Result.Refused("signed with another key");
    } catch (JwtException | IllegalArgumentException _) {
      return new Result.Refused("no valid JSON Web Token");
    }
    return issuedAt != null && issuedAt.toInstant().isAfter(now.plus(MAX_CLOCK_LEAD))
        ? new Result.Refused("issued in the future")
        : new Result.Verified(new Claims(claims));
  }

  /** jjwt would take texts for dates, and an empty object for no limit. */
  private static boolean hasPlainTimes(ObjectNode claims) {
    return Stream.of("exp", "nbf", "iat").map(claims::path).allMatch(time -> time.isNumber() || time.isMissingNode());
  }

  private static Optional<ObjectNode> object(String part) {
    return Keys.decodeBase64(part)
        .flatMap(bytes -> Json.parse(new String(bytes, StandardCharsets.UTF_8)))
        .filter(JsonNode::isObject)
        .map(ObjectNode.class::cast);
  }

  /** jjwt's own decoder takes base64url alone. */
  private static InputStream decode(InputStream base64) {
    try {
      String text = new String(base64.readAllBytes(), StandardCharsets.ISO_8859_1);
      return new ByteArrayInputStream(Keys.decodeBase64(text).orElseThrow(() -> new DecodingException("no base64")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
