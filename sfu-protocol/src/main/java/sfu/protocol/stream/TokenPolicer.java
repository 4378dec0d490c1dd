package sfu.protocol.stream;

/**
 * Drops what a sender sends far beyond its cap. The cap itself is asked for politely (REMB); this
 * is for the sender that doesn't listen. A token bucket. Single-threaded.
 */
public final class TokenPolicer {

  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  /** Congestion control overshoots while it probes, and retransmissions come on top. */
  private static final int TOLERANCE = 2;

  /** A key frame of a shared screen, however small the cap. */
  private static final int MIN_BURST_BYTES = 256 << 10;

  private final double bytesPerNano;
  private final double burstBytes;
  private double tokens;
  private boolean started;
  private long lastNanos;
  private long droppedPackets;
  private long droppedBytes;

  /**
   * Tolerates twice the cap for good, and a second of the cap at once.
   *
   * @param capBps above zero
   */
  public TokenPolicer(long capBps) {
    if (capBps <= 0) {
      throw new IllegalArgumentException("cap of " + capBps + " bit/s");
    }
    bytesPerNano = (double) capBps * TOLERANCE / 8 / NANOS_PER_SECOND;
    burstBytes = Math.max(MIN_BURST_BYTES, capBps / 8.0);
    tokens = burstBytes;
  }

  /** False if the packet is to be dropped. */
  public boolean accept(int bytes, long nowNanos) {
    if (started) {
      tokens = Math.min(burstBytes, tokens + (nowNanos - lastNanos) * bytesPerNano);
    }
    started = true;
    lastNanos = nowNanos;
    if (bytes > tokens) {
      droppedPackets++;
      droppedBytes += bytes;
      return false;
    }
    tokens -= bytes;
    return true;
  }

  public long droppedPackets() {
    return droppedPackets;
  }

  public long droppedBytes() {
    return droppedBytes;
  }
}
