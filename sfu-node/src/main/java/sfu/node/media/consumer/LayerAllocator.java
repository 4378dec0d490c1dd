package sfu.node.media.consumer;

import java.util.List;
import sfu.node.media.producer.Producer;
import sfu.node.media.producer.ProducerStream;
import sfu.node.media.transport.TimerHeap;
import sfu.protocol.ortc.StreamType;

/**
 * Shares what may be sent to one viewer among what it consumes: everybody gets the lowest layer that flows, then screens
 * before cameras are raised layer by layer as long as the budget lasts, which is MAX_BITRATE_OUT or what the viewer's line
 * carries. So no stream stays black for another's sake; only on a line that has shown to be too narrow even for that, voices
 * go before pictures, and all pictures but one may have to wait.
 */
final class LayerAllocator {
  private static final long PERIOD_NANOS = 250_000_000L;

  /** A layer is begun only if it fits with this much to spare, so that its rate's ups and downs don't end it again. */
  private static final double HEADROOM = 1.1;

  private final long maxBps;
  private long nextNanos = Long.MIN_VALUE;
  private ProducerStream[] choice = new ProducerStream[8];
  private List<Consumer> consumers = List.of();
  private long nowNanos;
  private long leftBps;
  private long wantedBps;
  private int voices;
  private boolean isLimited;
  private long widerNanos;

  LayerAllocator(long maxBps) {
    this.maxBps = maxBps;
  }

  /** When to choose anew: rates change, and layers fall silent. Never by itself while there is nothing to choose. */
  long nextNanos() {
    return nextNanos;
  }

  /** What would be sent if the viewer's line carried it, in bit/s, with room for ups and downs; 0 if that is what is sent. */
  long wantedBps() {
    return wantedBps;
  }

  /** How many of what flows are voices. */
  int voices() {
    return voices;
  }

  private int flowingVoices() {
    int count = 0;
    for (int i = 0; i < consumers.size(); i++) {
      count += !consumers.get(i).isVideo() && consumers.get(i).isFlowing() ? 1 : 0;
    }
    return count;
  }

  /** Chooses anew. {@code line}: what the viewer's line carries. */
  void allocate(List<Consumer> all, Line line, long now) {
    consumers = all;
    nowNanos = now;
    widerNanos = line.widerNanos();
    if (choice.length < all.size()) {
      choice = new ProducerStream[2 * all.size()];
    }
    voices = flowingVoices();
    long budget = Math.min(maxBps, line.bps(voices));
    leftBps = budget;
    chooseLowest(line);
    // What flows stays before anything rises: else those of one kind would take turns.
    raise(StreamType.SCREEN, true);
    raise(StreamType.SCREEN, false);
    raise(StreamType.CAMERA, true);
    raise(StreamType.CAMERA, false);
    reckonWanted(budget);
    boolean choosy = line.isNarrow();
    for (int i = 0; i < all.size(); i++) {
      choosy |= all.get(i).producer().layerCount() > 1;
      apply(all.get(i), choice[i]);
      choice[i] = null;
    }
    consumers = List.of();
    nextNanos = choosy ? TimerHeap.coarse(now + PERIOD_NANOS) : Long.MAX_VALUE;
  }

  // -- the least of everything ---------------------------------------------------------------------------------------

  private void chooseLowest(Line line) {
    long lineLeft = line.bps(voices);
    isLimited = false;
    for (int i = 0; i < consumers.size(); i++) {
      Consumer consumer = consumers.get(i);
      choice[i] = null;
      if (consumer.isFlowing() && !consumer.isVideo()) {
        choice[i] = consumer.producer().layer(0);
        lineLeft -= rate(choice[i]);
        leftBps -= rate(choice[i]);
      }
    }
    boolean isNarrow = line.isNarrow();
    lineLeft = chooseLowest(StreamType.SCREEN, lineLeft, isNarrow, false);
    chooseLowest(StreamType.CAMERA, lineLeft, isNarrow, hasChosen(StreamType.SCREEN));
  }

  /** One picture goes in any case: a viewer that sees nothing believes the call is broken. */
  private long chooseLowest(StreamType type, long budget, boolean isNarrow, boolean hasOne) {
    long left = budget;
    boolean seesOne = hasOne;
    for (int i = 0; i < consumers.size(); i++) {
      Consumer consumer = consumers.get(i);
      if (!consumer.isFlowing() || consumer.producer().type() != type) {
        continue;
      }
      ProducerStream lowest = lowest(consumer);
      if (lowest == null) {
        continue;
      }
      long rate = rate(lowest);
      if (isNarrow && seesOne && !mayRun(consumer, rate, left)) {
        isLimited = true;
        continue;
      }
      seesOne = true;
      left -= rate;
      leftBps -= rate;
      choice[i] = lowest;
    }
    return left;
  }

  private boolean mayRun(Consumer consumer, long rate, long left) {
    return consumer.target() != null ? rate <= left : rate * HEADROOM <= left && !consumer.staysOff(nowNanos);
  }

  private boolean hasChosen(StreamType type) {
    for (int i = 0; i < consumers.size(); i++) {
      if (choice[i] != null && consumers.get(i).producer().type() == type) {
        return true;
      }
    }
    return false;
  }

  // -- more of it ----------------------------------------------------------------------------------------------------

  /** {@code toAim}: no further than what flows already. */
  private void raise(StreamType type, boolean toAim) {
    boolean raised = true;
    while (raised) {
      raised = false;
      for (int i = 0; i < consumers.size(); i++) {
        Consumer consumer = consumers.get(i);
        if (choice[i] == null || consumer.producer().type() != type) {
          continue;
        }
        ProducerStream higher = above(choice[i]);
        if (higher == null || toAim && (consumer.target() == null || isAboveAim(consumer, higher))) {
          continue;
        }
        long more = rate(higher) - rate(choice[i]);
        boolean runs = higher == consumer.target();
        boolean waits = isAboveAim(consumer, higher) && consumer.staysLow(widerNanos, nowNanos);
        if (!waits && (runs ? more : (long) (more * HEADROOM)) <= leftBps) {
          leftBps -= more;
          choice[i] = higher;
          raised = true;
        } else if (!toAim) {
          isLimited = true;
        }
      }
    }
  }

  /** What all that flows would take at its best, if that isn't what was chosen. */
  private void reckonWanted(long budget) {
    if (!isLimited) {
      wantedBps = 0;
      return;
    }
    double wanted = budget - leftBps;
    for (int i = 0; i < consumers.size(); i++) {
      Consumer consumer = consumers.get(i);
      if (consumer.isFlowing() && consumer.isVideo()) {
        ProducerStream highest = highest(consumer);
        if (highest != null) {
          wanted += HEADROOM * Math.max(0, rate(highest) - (choice[i] == null ? 0 : rate(choice[i])));
        }
      }
    }
    wantedBps = Math.min(maxBps, (long) wanted);
  }

  private void apply(Consumer consumer, ProducerStream chosen) {
    if (chosen != null) {
      ProducerStream before = consumer.target();
      if (before != null && chosen.layer() < before.layer() && before.producer().isActive(before)) {
        consumer.lowered(nowNanos);
      } else if (before == null || chosen.layer() > before.layer()) {
        consumer.raised(nowNanos);
      }
      consumer.aim(chosen, nowNanos);
    } else if (consumer.isFlowing() && consumer.isVideo() && lowest(consumer) != null) {
      consumer.suspend(nowNanos);
    }
  }

  private long rate(ProducerStream layer) {
    return layer.steadyBitrateBps(nowNanos);
  }

  private static boolean isAboveAim(Consumer consumer, ProducerStream layer) {
    return consumer.target() != null && layer.layer() > consumer.target().layer();
  }

  private static ProducerStream lowest(Consumer consumer) {
    Producer producer = consumer.producer();
    for (int i = 0; i < producer.layerCount(); i++) {
      if (producer.isActive(producer.layer(i))) {
        return producer.layer(i);
      }
    }
    return consumer.target();
  }

  private static ProducerStream highest(Consumer consumer) {
    Producer producer = consumer.producer();
    for (int i = producer.layerCount() - 1; i >= 0; i--) {
      if (producer.isActive(producer.layer(i))) {
        return producer.layer(i);
      }
    }
    return null;
  }

  private static ProducerStream above(ProducerStream layer) {
    Producer producer = layer.producer();
    for (int i = layer.layer() + 1; i < producer.layerCount(); i++) {
      if (producer.isActive(producer.layer(i))) {
        return producer.layer(i);
      }
    }
    return null;
  }
}
