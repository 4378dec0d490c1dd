package sfu.protocol.ice;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import sfu.protocol.ortc.IceParameters;
import sfu.protocol.stun.Stun;
import sfu.protocol.stun.StunIntegrity;
import sfu.protocol.stun.StunReader;
import sfu.protocol.stun.StunWriter;

/**
 * The server's side of ICE for one transport: a lite agent, which is always the controlled one and only answers
 * checks (RFC 8445, 2.5). It keeps no list of paths: each answer says whether this path is proven or nominated, and a
 * client that changes its address simply nominates again. Confined to one thread.
 */
public final class IceLiteAgent {
  /** Room that {@code out} of {@link #onRequest} must have, in bytes. */
  public static final int MAX_RESPONSE_LENGTH = 128;

  private static final int LENGTH_MASK = 0xFFFF;
  private static final int AUTHENTICATED = 1 << 16;
  private static final int NOMINATED = 1 << 17;

  private static final int CREDENTIAL_LENGTH = 32;
  private static final String CREDENTIAL_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

  private final byte[] localUfrag;
  private final StunIntegrity integrity;
  private final StunReader reader = new StunReader();
  private final StunWriter writer = new StunWriter();
  private long lastHeardNanos;
  private boolean heard;

  public IceLiteAgent(String localUfrag, String localPassword) {
    this.localUfrag = localUfrag.getBytes(StandardCharsets.ISO_8859_1);
    this.integrity = new StunIntegrity(localPassword);
  }

  /** New credentials for one transport: 32 characters each. Security rests on {@code random} being a strong one. */
  public static IceParameters generate(RandomGenerator random) {
    return new IceParameters(credential(random), credential(random), true);
  }

  private static String credential(RandomGenerator random) {
    StringBuilder text = new StringBuilder(CREDENTIAL_LENGTH);
    for (int i = 0; i < CREDENTIAL_LENGTH; i++) {
      text.append(CREDENTIAL_ALPHABET.charAt(random.nextInt(CREDENTIAL_ALPHABET.length())));
    }
    return text.toString();
  }

  /**
   * Finds out whose a check is: the part of USERNAME before the colon, which is the user fragment of the agent it is
   * for.
   *
   * @param reader a reader to use for it, overwritten
   * @return null if the datagram is no well-formed binding request or names nobody
   */
  public static String peekUsername(StunReader reader, MemorySegment in, long offset, int length) {
    return reader.wrap(in, offset, length) && reader.type() == Stun.BINDING_REQUEST ? reader.localUfrag() : null;
  }

  /**
   * Handles one STUN datagram and writes the answer, if it gets one, into {@code out} (RFC 8445, 7.3).
   *
   * <p>Without answer: what is no STUN or damaged, indications (keepalives) and stray responses. A request without
   * its username, integrity or priority gets 400; the wrong name or password 401; an attribute that must be
   * understood and is not, 420; a client that claims to be controlled 487, as this agent never leads.
   *
   * @param remoteHi upper half of the sender's IPv6 address; 0 for IPv4
   * @param remoteLo lower half; 0x0000ffff_aabbccdd for IPv4
   * @param out room for {@link #MAX_RESPONSE_LENGTH} bytes
   * @return for {@link #responseLength}, {@link #isAuthenticated} and {@link #isNominated}
   */
  public int onRequest(
      MemorySegment in,
      long offset,
      int length,
      long remoteHi,
      long remoteLo,
      int remotePort,
      MemorySegment out,
      long outOffset,
      long nowNanos) {
    if (!reader.wrap(in, offset, length) || reader.type() != Stun.BINDING_REQUEST || !reader.fingerprintFits()) {
      return 0;
    }
    if (!reader.hasUsername() || !reader.hasIntegrity()) {
      return unauthenticatedError(out, outOffset, Stun.BAD_REQUEST);
    }
    if (!reader.localUfragIs(localUfrag) || !reader.verify(integrity)) {
      return unauthenticatedError(out, outOffset, Stun.UNAUTHENTICATED);
    }
    if (reader.unknownCount() > 0) {
      writer.begin(out, outOffset, Stun.BINDING_ERROR, reader)
          .errorCode(Stun.UNKNOWN_ATTRIBUTE)
          .unknownAttributes(reader);
      return sealed();
    }
    if (!reader.hasPriority()) {
      writer.begin(out, outOffset, Stun.BINDING_ERROR, reader).errorCode(Stun.BAD_REQUEST);
      return sealed();
    }
    if (reader.iceControlled()) {
      writer.begin(out, outOffset, Stun.BINDING_ERROR, reader).errorCode(Stun.ROLE_CONFLICT);
      return sealed();
    }
    lastHeardNanos = nowNanos;
    heard = true;
    writer.begin(out, outOffset, Stun.BINDING_SUCCESS, reader).xorMappedAddress(remoteHi, remoteLo, remotePort);
    return sealed() | AUTHENTICATED | (reader.useCandidate() ? NOMINATED : 0);
  }

  /** An answer to somebody who has not shown the password is not signed with it (RFC 8489, 9.1.3). */
  private int unauthenticatedError(MemorySegment out, long outOffset, int code) {
    return writer.begin(out, outOffset, Stun.BINDING_ERROR, reader).errorCode(code).fingerprint().length();
  }

  private int sealed() {
    return writer.integrity(integrity).fingerprint().length();
  }

  /** From a result of {@link #onRequest}: length of the answer in bytes, 0 for none. */
  public static int responseLength(int result) {
    return result & LENGTH_MASK;
  }

  /**
   * From a result of {@link #onRequest}: the sender knows the password and its check succeeded, so it may use this
   * path.
   */
  public static boolean isAuthenticated(int result) {
    return (result & AUTHENTICATED) != 0;
  }

  /** From a result of {@link #onRequest}: the client chose this path (USE-CANDIDATE). Implies authenticated. */
  public static boolean isNominated(int result) {
    return (result & NOMINATED) != 0;
  }

  /** Whether any check has succeeded yet. */
  public boolean wasHeard() {
    return heard;
  }

  /** The time of the last check that succeeded, for consent (RFC 7675); only after {@link #wasHeard}. */
  public long lastHeardNanos() {
    return lastHeardNanos;
  }
}
