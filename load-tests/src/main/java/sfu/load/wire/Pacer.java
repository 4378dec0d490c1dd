package sfu.load.wire;

import java.util.Collection;
import sfu.load.engine.VideoSettings;

/**
 * When a browser lets its next packet of video go: libwebrtc's PacingController, one for all video of a participant.
 * Voice passes it by. Confined to its loop.
 *
 * <p>A packet may go while less than {@link #BURST_NANOS} of the pacing rate are owed for those before it. Once that
 * much is owed, nothing goes until nothing is owed, and then the next burst. So a delta frame leaves in one burst, all
 * its layers, and a key frame in several some 40 ms apart.
 *
 * <p>Measured of Chromium 156 on Linux, at the UDP port of a server on loopback: cameras of 640x360 in one layer to
 * 1280x720 in three, 0.4 to 6.3 Mbit/s in all, a key frame asked for every 5 s but of the largest. Of the frames of the
 * highest layer 97 to 99 % left within 5 ms; 83 % where the encoder fell to 7 large frames a second. A key frame of
 * 61 kB at a pacing rate of 3.7 Mbit/s left in bursts at 0, 45, 84, 130 and 170 ms, one of 71 kB at 6.9 Mbit/s at 0, 41
 * and 84 ms. Padding and probes were 1 to 4 packets a stream, in the first half second, in which the estimate rises and
 * the first key frame takes a tenth of a second more than here.
 */
final class Pacer {

  /**
   * Between the packets of a burst: what Chromium takes to protect and send one. The median of four captures was 18 to
   * 31 µs within a frame, of the fifth, with 2 packets a frame, 150 µs, and from one layer's frame to the next's 17
   * to 31 µs; the tenth percentile was 8 µs, and no two were closer than 5 µs. A line slower than loopback only adds
   * to it: 100 Mbit/s take 100 µs for a packet.
   */
  static final long GAP_NANOS = 20_000;

  /**
   * A burst that took so long ends with all of it at once: this process was late, and is to send what it should have.
   * Of Chromium's that no wait divided, 90 % took less than 0.6 to 1.6 ms.
   */
  static final long MAX_BURST_NANOS = 2_000_000;

  /**
   * The pacing rate next to the bit rate of all layers. libwebrtc's factor (kDefaultPaceMultiplierWithSendSideBwe) is
   * 1.1, but of the estimate, which probes bring to 2.15 to 2.5 times what the encoder is given.
   */
  private static final double RATE_TIMES = 2.5;

  /** The estimate ends at what servers of this protocol ask for at most, in bit/s, unless they are told otherwise. */
  private static final double MAX_RATE_BPS = 1.1 * 8_000_000;

  /** libwebrtc's kDefaultBurstInterval. */
  private static final double BURST_NANOS = 40_000_000;

  /** libwebrtc's kMaxBurstSize. */
  private static final double MAX_BURST_BYTES = 63_000;

  private static final double NANOS_PER_SECOND = 1e9;

  private final double bytesPerNano;
  private final double burstBytes;
  private double owedBytes;
  private long owedAtNanos;

  /** For these, together. */
  Pacer(Collection<VideoSettings> videos, long nowNanos) {
    double bps = videos.stream().flatMap(video -> video.layerBps().stream()).mapToDouble(Integer::doubleValue).sum();
    this.bytesPerNano = Math.min(RATE_TIMES * bps, MAX_RATE_BPS) / 8 / NANOS_PER_SECOND;
    this.burstBytes = Math.min(bytesPerNano * BURST_NANOS, MAX_BURST_BYTES);
    this.owedAtNanos = nowNanos;
  }

  /** For how long no packet may go; 0 if one may. */
  long waitNanos(long nowNanos) {
    owedBytes = Math.max(0, owedBytes - (nowNanos - owedAtNanos) * bytesPerNano);
    owedAtNanos = nowNanos;
    return owedBytes < burstBytes ? 0 : (long) Math.ceil(owedBytes / bytesPerNano);
  }

  /** A packet of so many bytes went, now. */
  void onSent(int bytes) {
    owedBytes += bytes;
  }
}
