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

  /** On a narrow line one rises after the other: more would be too much by more than one step. */
  private static final long RISE_NANOS = 1_000_000_000L;

  /** A line that was found this lately to be much wider is taken at once. */
  private static final long WIDER_NANOS = 2_000_000_000L;

  /** What flows is this times what the line carries: each further packet waits in front of those that would end it. */
  private static final double FLOOD = 1.3;

  private final long maxBps;
  private long nextNanos = Long.MIN_VALUE;
  private ProducerStream[] choice = new ProducerStream[8];
  private List<Consumer> consumers = List.of();
  private long nowNanos;
  private long leftBps;
  private long wantedBps;
  private boolean isLimited;
  private long widerNanos;
  private long roseNanos = Long.MIN_VALUE / 2;
  private boolean isGradual;
  private boolean isFlood;

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

  /** Chooses anew. {@code line}: what the viewer's line carries. */
  void allocate(List<Consumer> all, Line line, long now) {
    consumers = all;
    nowNanos = now;
    widerNanos = line.widerNanos();
    if (choice.length < all.size()) {
      choice = new ProducerStream[2 * all.size()];
    }
    long lineBps = line.bps(now);
    boolean narrow = line.isNarrow(isLimited, now);
    long budget = Math.min(maxBps - chooseVoices(), lineBps);
    leftBps = budget;
    isGradual = narrow && (widerNanos == Long.MIN_VALUE || now - widerNanos > WIDER_NANOS);
    isFlood = narrow && flowingBps() > FLOOD * lineBps;
    chooseLowest(lineBps, narrow);
    // What flows stays before anything rises: else those of one kind would take turns.
    raise(StreamType.SCREEN, true);
    raise(StreamType.SCREEN, false);
    raise(StreamType.CAMERA, true);
    raise(StreamType.CAMERA, false);
    reckonWanted(budget);
    boolean choosy = isLimited && narrow;
    for (int i = 0; i < all.size(); i++) {
      choosy |= all.get(i).producer().layerCount() > 1;
      apply(all.get(i), choice[i]);
      choice[i] = null;
    }
    consumers = List.of();
    nextNanos = choosy ? TimerHeap.coarse(now + PERIOD_NANOS) : Long.MAX_VALUE;
  }

  // -- the least of everything ---------------------------------------------------------------------------------------

  /** Returns what they take, in bit/s. */
  private long chooseVoices() {
    long taken = 0;
    for (int i = 0; i < consumers.size(); i++) {
      Consumer consumer = consumers.get(i);
      choice[i] = null;
      if (consumer.isFlowing() && !consumer.isVideo()) {
        choice[i] = consumer.producer().layer(0);
        taken += rate(choice[i]);
      }
    }
    return taken;
  }

  private void chooseLowest(long lineBps, boolean narrow) {
    isLimited = false;
    long left = lineBps;
    int one = theOnePicture();
    if (one >= 0) {
      left -= take(one, lowest(consumers.get(one)));
    }
    // What flows stays before anything of its kind comes back: else they would take turns.
    left = chooseLowest(StreamType.SCREEN, true, left, narrow);
    left = chooseLowest(StreamType.SCREEN, false, left, narrow);
    left = chooseLowest(StreamType.CAMERA, true, left, narrow);
    chooseLowest(StreamType.CAMERA, false, left, narrow);
  }

  /** It goes in any case: a viewer that sees nothing believes the call is broken. Best one that is seen, and a screen. */
  private int theOnePicture() {
    int best = -1;
    int bestRank = -1;
    for (int i = 0; i < consumers.size(); i++) {
      Consumer consumer = consumers.get(i);
      if (consumer.isFlowing() && consumer.isVideo() && lowest(consumer) != null) {
        int rank = (consumer.target() != null ? 2 : 0) + (consumer.producer().type() == StreamType.SCREEN ? 1 : 0);
        if (rank > bestRank) {
          best = i;
          bestRank = rank;
        }
      }
    }
    return best;
  }

  /** {@code flowing}: those that flow, or those that don't. Returns what is left. */
  private long chooseLowest(StreamType type, boolean flowing, long lineBps, boolean narrow) {
    long left = lineBps;
    for (int i = 0; i < consumers.size(); i++) {
      Consumer consumer = consumers.get(i);
      boolean isMeant =
          choice[i] == null
              && consumer.isFlowing()
              && consumer.producer().type() == type
              && consumer.target() != null == flowing;
      ProducerStream lowest = isMeant ? lowest(consumer) : null;
      if (lowest == null) {
        continue;
      }
      if (narrow && !mayRun(consumer, rate(lowest), left)) {
        isLimited = true;
      } else {
        left -= take(i, lowest);
      }
    }
    return left;
  }

  /** Whether something may come back or rise. Whoever asks does it then. */
  private boolean mayRise() {
    if (isGradual && nowNanos - roseNanos < RISE_NANOS) {
      return false;
    }
    roseNanos = nowNanos;
    return true;
  }

  private long take(int index, ProducerStream layer) {
    long rate = rate(layer);
    choice[index] = layer;
    leftBps -= rate;
    return rate;
  }

  private boolean mayRun(Consumer consumer, long rate, long left) {
    return consumer.target() != null
        ? rate <= left
        : rate * HEADROOM <= left && !consumer.staysOff(nowNanos) && mayRise();
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
        boolean rises = consumer.target() == null || isAboveAim(consumer, higher);
        if (rises ? mayRise(consumer, (long) (more * HEADROOM)) : more <= leftBps) {
          leftBps -= more;
          choice[i] = higher;
          raised = true;
        } else if (!toAim) {
          isLimited = true;
        }
      }
    }
  }

  private boolean mayRise(Consumer consumer, long bps) {
    return bps <= leftBps && !consumer.staysLow(widerNanos, nowNanos) && mayRise();
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
      if (isFlood && consumer.current() != null && consumer.current().layer() > chosen.layer()) {
        consumer.cutOff();
      }
    } else if (consumer.isFlowing() && consumer.isVideo() && lowest(consumer) != null) {
      consumer.suspend(nowNanos);
    }
  }

  private long rate(ProducerStream layer) {
    return layer.steadyBitrateBps(nowNanos);
  }

  private long flowingBps() {
    long sum = 0;
    for (int i = 0; i < consumers.size(); i++) {
      ProducerStream current = consumers.get(i).current();
      sum += current != null && consumers.get(i).isVideo() ? rate(current) : 0;
    }
    return sum;
  }

  private static boolean isAboveAim(Consumer consumer, ProducerStream layer) {
    return consumer.target() != null && layer.layer() > consumer.target().layer();
  }

  private static ProducerStream lowest(Consumer consumer) {
    ProducerStream active = upwards(consumer.producer(), 0);
    return active != null ? active : consumer.target();
  }

  private static ProducerStream above(ProducerStream layer) {
    return upwards(layer.producer(), layer.layer() + 1);
  }

  private static ProducerStream upwards(Producer producer, int from) {
    for (int i = from; i < producer.layerCount(); i++) {
      if (producer.isActive(producer.layer(i))) {
        return producer.layer(i);
      }
    }
    return null;
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
}
