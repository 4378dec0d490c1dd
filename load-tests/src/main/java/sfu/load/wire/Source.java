package sfu.load.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import sfu.load.engine.StreamKey;
import sfu.node.media.transport.TimerHeap;
import sfu.protocol.ortc.StreamType;

/**
 * Something that is sent: makes up packets in time, and sends each on all transports that it has an outlet on, which
 * are two while a call moves. Confined to its loop.
 */
abstract sealed class Source extends TimerHeap.Timed permits Microphone, Camera {

  /** A sleep that is longer than this is not made up for: its packets were never recorded. */
  private static final long MAX_LAG_NANOS = 200_000_000;

  private final Pace pace;
  private final List<Outlet> outlets = new ArrayList<>(2);
  private long nextNanos;
  private boolean paused;

  protected final Scratch scratch;
  protected final int stampSource;
  protected final RandomGenerator random;

  Source(Pace pace, Scratch scratch, StreamKey key, RandomGenerator random) {
    this.pace = pace;
    this.scratch = scratch;
    this.stampSource = Stamp.sourceOf(key);
    this.random = random;
  }

  abstract StreamType type();

  /** Sends on this outlet too, from now on. */
  final void attach(Outlet outlet, long nowNanos) {
    boolean idle = outlets.isEmpty();
    outlets.add(outlet);
    for (int layer = 0; layer < outlet.layers().size(); layer++) {
      onKeyFrameRequest(layer);
    }
    if (idle && !paused) {
      start(nowNanos);
    }
  }

  final void detach(Outlet outlet) {
    outlets.remove(outlet);
    if (outlets.isEmpty()) {
      pace.timers().cancel(this);
    }
  }

  /** Nothing is sent until it is resumed. */
  final void pause(boolean off, long nowNanos) {
    if (paused == off) {
      return;
    }
    paused = off;
    if (off) {
      pace.timers().cancel(this);
    } else if (!outlets.isEmpty()) {
      start(nowNanos);
    }
  }

  final boolean isPaused() {
    return paused;
  }

  /** Not all participants at the same instant. */
  private void start(long nowNanos) {
    onStart();
    nextNanos = nowNanos + random.nextLong(intervalNanos());
    pace.timers().schedule(this, nextNanos);
  }

  @Override
  protected final long onTimer(long turnNanos) {
    long nowNanos = pace.clock().getAsLong();
    if (nowNanos - nextNanos > MAX_LAG_NANOS) {
      nextNanos = nowNanos;
    }
    nextNanos += tick(nextNanos, nowNanos);
    return nextNanos;
  }

  /** Between two frames. */
  abstract long intervalNanos();

  /** Sends what is due. Returns for how long nothing else is, in nanoseconds after {@code dueNanos}. */
  abstract long tick(long dueNanos, long nowNanos);

  /** Somebody can't go on without a key frame. */
  abstract void onKeyFrameRequest(int layer);

  /** It sends for the first time, or after a while in which it didn't. */
  void onStart() {}

  /** Sends the scratch's payload on all outlets that have this layer. */
  final void send(int layer, int length, boolean marker, long mediaNanos, int audioLevel, long nowNanos) {
    for (int i = 0; i < outlets.size(); i++) {
      List<OutboundStream> layers = outlets.get(i).layers();
      if (layer < layers.size()) {
        layers.get(layer).send(scratch.payload, length, marker, mediaNanos, audioLevel, nowNanos);
      }
    }
  }
}
