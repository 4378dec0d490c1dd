package sfu.protocol.ice;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import sfu.protocol.stun.Stun;
import sfu.protocol.stun.StunIntegrity;
import sfu.protocol.stun.StunReader;
import sfu.protocol.stun.StunWriter;

/**
 * The client's side of ICE towards one lite agent: writes connectivity checks as the controlling agent and reads their
 * answers (RFC 8445, 7.2). When to send which check, and its transaction id, is the caller's. Confined to one thread.
 */
public final class IceCheckClient {
  /** From {@link #onResponse}: the check succeeded, and the mapped address may be read. */
  public static final int SUCCESS = 0;

  /** From {@link #onResponse}: not an answer to be trusted; drop it. */
  public static final int IGNORED = -1;

  /** Room that {@link #writeCheck} needs for user fragments of up to 32 characters each, in bytes. */
  public static final int MAX_CHECK_LENGTH = 160;

  private final byte[] username;
  private final StunIntegrity integrity;
  private final long tieBreaker;
  private final StunReader reader = new StunReader();
  private final StunWriter writer = new StunWriter();

  /** {@code remoteUfrag} and {@code remotePassword} are the server's; {@code localUfrag} is this client's own. */
  public IceCheckClient(String localUfrag, String remoteUfrag, String remotePassword, long tieBreaker) {
    this.username = (remoteUfrag + ":" + localUfrag).getBytes(StandardCharsets.ISO_8859_1);
    this.integrity = new StunIntegrity(remotePassword);
    this.tieBreaker = tieBreaker;
  }

  /** Writes a check; returns its length in bytes. */
  public int writeCheck(
      MemorySegment out, long offset, int transactionHi, long transactionLo, int priority, boolean nominate) {
    writer.begin(out, offset, Stun.BINDING_REQUEST, transactionHi, transactionLo)
        .username(username)
        .priority(priority)
        .iceControlling(tieBreaker);
    if (nominate) {
      writer.useCandidate();
    }
    return writer.integrity(integrity).fingerprint().length();
  }

  /**
   * Reads an answer.
   *
   * @return {@link #SUCCESS}, an error code such as 487 (401 and 400 come unsigned, so are hints only), or {@link
   *     #IGNORED}
   */
  public int onResponse(MemorySegment in, long offset, int length) {
    if (!reader.wrap(in, offset, length) || !reader.fingerprintFits()) {
      return IGNORED;
    }
    if (reader.hasIntegrity() && !reader.verify(integrity)) {
      return IGNORED;
    }
    return switch (reader.type()) {
      case Stun.BINDING_SUCCESS -> reader.hasIntegrity() && reader.hasXorMappedAddress() ? SUCCESS : IGNORED;
      case Stun.BINDING_ERROR -> reader.hasErrorCode() && reader.errorCode() > 0 ? reader.errorCode() : IGNORED;
      default -> IGNORED;
    };
  }

  /** First 32 bits of the transaction id of what {@link #onResponse} did not ignore. */
  public int transactionHi() {
    return reader.transactionHi();
  }

  /** Other 64 bits of the transaction id of what {@link #onResponse} did not ignore. */
  public long transactionLo() {
    return reader.transactionLo();
  }

  /** After {@link #SUCCESS}: upper half of this client's address as the server sees it; 0 for IPv4. */
  public long mappedHi() {
    return reader.mappedHi();
  }

  /** After {@link #SUCCESS}: lower half of that address; 0x0000ffff_aabbccdd for IPv4. */
  public long mappedLo() {
    return reader.mappedLo();
  }

  /** After {@link #SUCCESS}: this client's port as the server sees it. */
  public int mappedPort() {
    return reader.mappedPort();
  }
}
