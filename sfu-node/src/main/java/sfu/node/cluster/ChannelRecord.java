package sfu.node.cluster;

import sfu.node.CborMessage;

/**
 * What the whole cluster knows of a channel. {@code key} is base64 or null, {@code recordingAddress} may be null,
 * {@code createdMillis} is Unix time.
 */
public record ChannelRecord(
    String uuid,
    String issuer,
    String remoteAddress,
    String key,
    boolean webRtc,
    String recordingAddress,
    long createdMillis)
    implements CborMessage {

  /** Leaves the key out: this text may reach a log. */
  @Override
  public String toString() {
    return "ChannelRecord[uuid=" + uuid + ", issuer=" + issuer + ", remoteAddress=" + remoteAddress + "]";
  }
}
