package sfu.load.wire;

import java.lang.foreign.MemorySegment;
import java.util.random.RandomGenerator;
import sfu.load.engine.StreamKey;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.rtp.BigEndian;

/** Somebody who talks: an Opus packet of about 100 bytes every 20 ms. */
final class Microphone extends Source {

  static final long PACKET_NANOS = 20_000_000;

  private static final int MIN_BYTES = 70;
  private static final int MAX_BYTES = 130;

  /** Full band, 20 ms, stereo, one frame (RFC 6716, 3.1). */
  private static final int TABLE_OF_CONTENTS = 0xfc;

  private static final int LOUD = 25;
  private static final int LEVELS = 20;

  private int count;

  Microphone(Pace pace, Scratch scratch, StreamKey key, RandomGenerator random) {
    super(pace, scratch, key, random);
  }

  @Override
  StreamType type() {
    return StreamType.AUDIO;
  }

  @Override
  long intervalNanos() {
    return PACKET_NANOS;
  }

  @Override
  long tick(long dueNanos, long nowNanos) {
    MemorySegment payload = scratch.payload;
    int length = random.nextInt(MIN_BYTES, MAX_BYTES);
    BigEndian.put8(payload, 0, TABLE_OF_CONTENTS);
    Stamp.write(payload, length - Stamp.LENGTH, stampSource, 0, count, 1, count, nowNanos);
    count++;
    send(0, length, false, dueNanos, LOUD + random.nextInt(LEVELS), nowNanos);
    return PACKET_NANOS;
  }

  @Override
  void onKeyFrameRequest(int layer) {}
}
