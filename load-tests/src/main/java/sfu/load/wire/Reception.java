package sfu.load.wire;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;
import sfu.load.engine.StreamKey;
import sfu.load.engine.StreamQuality;
import sfu.protocol.ortc.MediaKind;

/** What one participant gets of everybody, over all its connections and transports. Confined to its loop. */
final class Reception {

  private final Map<StreamKey, StreamMeter> meters = new LinkedHashMap<>();
  private final JoinClock clock;
  private List<StreamReport> lastStreams = List.of();
  private List<StreamQuality> lastQualities = List.of();

  Reception(JoinClock clock) {
    this.clock = clock;
  }

  JoinClock clock() {
    return clock;
  }

  /** The meter of a stream, from its first announcement on. */
  StreamMeter meterOf(StreamKey key, long nowNanos) {
    StreamMeter meter = meters.get(key);
    if (meter == null) {
      meter = new StreamMeter(key, key.type().kind() == MediaKind.VIDEO, nowNanos, clock);
      meters.put(key, meter);
    }
    return meter;
  }

  /** From now on gaps count anew. */
  void mark(long nowNanos) {
    meters.values().forEach(meter -> meter.gaps().mark(nowNanos));
  }

  /** Nothing more comes: keeps what it would report, and of what that was made of nothing. */
  void end(List<MediaSession> sessions, long nowNanos) {
    lastStreams = streams(sessions, nowNanos);
    lastQualities = qualities(sessions, nowNanos);
    meters.clear();
  }

  /** {@code sessions}: what carries them now. */
  List<StreamReport> streams(List<MediaSession> sessions, long nowNanos) {
    if (meters.isEmpty()) {
      return lastStreams;
    }
    Map<StreamMeter, LinkLoss> carried = carried(sessions);
    return meters.values().stream().map(meter -> meter.report(nowNanos, carried.get(meter))).toList();
  }

  /** The same, in the terms of any engine. */
  List<StreamQuality> qualities(List<MediaSession> sessions, long nowNanos) {
    if (meters.isEmpty()) {
      return lastQualities;
    }
    Map<StreamMeter, LinkLoss> carried = carried(sessions);
    return meters.values().stream().map(meter -> meter.quality(nowNanos, carried.get(meter))).toList();
  }

  private static Map<StreamMeter, LinkLoss> carried(List<MediaSession> sessions) {
    Map<StreamMeter, LinkLoss> carried = new LinkedHashMap<>();
    for (MediaSession session : sessions) {
      session.streams().forEach(stream -> carried.merge(stream.meter(), stream.loss(), LinkLoss::plus));
    }
    return carried;
  }

  /** Copies of the delays from sending to arrival, in microseconds; none after the end. */
  Map<StreamKey, Histogram> delayMicros() {
    return meters.values().stream().collect(Collectors.toMap(StreamMeter::key, StreamMeter::delayMicros));
  }
}
