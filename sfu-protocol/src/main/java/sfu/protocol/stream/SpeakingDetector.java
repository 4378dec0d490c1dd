package sfu.protocol.stream;

/**
 * Tells whether somebody speaks, from the audio levels that packets carry (RFC 6464): loud for a moment begins it,
 * quiet for a while ends it, and so does the absence of packets (DTX, mute). Loud is meant relative to the room's
 * noise. Single-threaded.
 */
public final class SpeakingDetector {

  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  /** Shorter than a syllable is a click. */
  private static final long ATTACK_NANOS = 120_000_000;

  /** Longer than the pauses within a sentence. */
  private static final long RELEASE_NANOS = 700_000_000;

  /** What one packet stands for at most; a longer silence between two is not speech. */
  private static final long MAX_PACKET_NANOS = 60_000_000;

  private static final double MIN_FLOOR_DBOV = -90;
  private static final double MAX_FLOOR_DBOV = -50;
  private static final double FLOOR_RISE_DB_PER_SECOND = 2;
  private static final double FLOOR_FALL_SHARE = 0.2;

  private static final double ABOVE_FLOOR_DB = 12;
  private static final double MIN_LOUD_DBOV = -55;
  private static final double WHILE_SPEAKING_DB = -6;
  private static final double WITHOUT_VOICE_FLAG_DB = 6;

  private double floorDbov = -70;
  private boolean started;
  private boolean speaking;
  private long lastPacketNanos;
  private long lastLoudNanos;
  private long loudNanos;

  /**
   * Takes a packet's level.
   *
   * @param level 0 (loudest) to 127 (silence), in -dBov
   * @param voice what the sender's own detector says; not every sender has one, so it counts for 6 dB only
   * @return true if {@link #isSpeaking} changed
   */
  public boolean onLevel(int level, boolean voice, long nowNanos) {
    if (!started || nowNanos - lastPacketNanos >= RELEASE_NANOS) {
      started = true;
      lastPacketNanos = nowNanos;
      loudNanos = 0;
    }
    long packetNanos = Math.min(nowNanos - lastPacketNanos, MAX_PACKET_NANOS);
    lastPacketNanos = nowNanos;
    double dbov = -level;
    boolean loud = dbov >= thresholdDbov(voice);
    followFloor(dbov, packetNanos);
    if (loud) {
      lastLoudNanos = nowNanos;
      loudNanos = Math.min(ATTACK_NANOS, loudNanos + packetNanos);
      if (!speaking && loudNanos >= ATTACK_NANOS) {
        speaking = true;
        return true;
      }
      return false;
    }
    loudNanos = Math.max(0, loudNanos - packetNanos);
    return poll(nowNanos);
  }

  private double thresholdDbov(boolean voice) {
    return Math.max(MIN_LOUD_DBOV, floorDbov + ABOVE_FLOOR_DB)
        + (speaking ? WHILE_SPEAKING_DB : 0)
        + (voice ? 0 : WITHOUT_VOICE_FLAG_DB);
  }

  /** Falls quickly to what is heard in pauses and rises slowly, so that speech doesn't become the floor. */
  private void followFloor(double dbov, long packetNanos) {
    double floor =
        dbov < floorDbov
            ? floorDbov + (dbov - floorDbov) * FLOOR_FALL_SHARE
            : Math.min(dbov, floorDbov + FLOOR_RISE_DB_PER_SECOND * packetNanos / NANOS_PER_SECOND);
    floorDbov = Math.clamp(floor, MIN_FLOOR_DBOV, MAX_FLOOR_DBOV);
  }

  /**
   * Lets time pass without a packet.
   *
   * @return true if {@link #isSpeaking} changed
   */
  public boolean poll(long nowNanos) {
    if (!speaking || nowNanos - lastLoudNanos < RELEASE_NANOS) {
      return false;
    }
    speaking = false;
    loudNanos = 0;
    return true;
  }

  public boolean isSpeaking() {
    return speaking;
  }

  /** When {@link #poll} ends the speaking if nothing loud comes, {@link Long#MAX_VALUE} while nobody speaks. */
  public long nextDeadlineNanos() {
    return speaking ? lastLoudNanos + RELEASE_NANOS : Long.MAX_VALUE;
  }
}
