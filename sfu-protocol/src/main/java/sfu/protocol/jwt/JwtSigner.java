package sfu.protocol.jwt;

import io.jsonwebtoken.Jwts;
import java.util.Map;
import javax.crypto.SecretKey;

/** Signs tokens with HS256, as an Odoo server does. Immutable and thread-safe. */
public final class JwtSigner {

  private final SecretKey key;

  /**
   * Takes a key of any length but 0.
   *
   * @throws IllegalArgumentException if the key is empty
   */
  public JwtSigner(byte[] key) {
    this.key = Keys.hmac(key);
  }

  /** A token with these claims; {@code exp}, {@code nbf} and {@code iat} in seconds since 1970. */
  public String sign(Map<String, ?> claims) {
    return Jwts.builder().claims(claims).signWith(key, Jwts.SIG.HS256).compact();
  }
}
