package sfu.node.media.consumer;

import java.util.List;
import sfu.node.media.producer.Producer;
import sfu.node.media.producer.ProducerStream;
import sfu.node.media.transport.TimerHeap;
import sfu.protocol.ortc.StreamType;

/**
 * Shares what may be sent to one viewer among what it consumes: everybody gets the lowest layer that flows, then screens
 * before cameras are raised layer by layer as long as the budget lasts. So no stream stays black for another's sake.
 *
 * <p>The budget is MAX_BITRATE_OUT; an estimate of the viewer's bandwidth will lower it here.
 */
final class LayerAllocator {
  private static final long PERIOD_NANOS = 250_000_000L;

  /** A layer is begun only if it fits with this much to spare, so that its rate's ups and downs don't end it again. */
  private static final double HEADROOM = 1.1;

  /** Each change costs a key frame, which is itself a peak of the rate: who was lowered stays so for a while. */
  private static final long LOWERED_NANOS = 5_000_000_000L;

  private final long budgetBps;
  private long nextNanos = Long.MIN_VALUE;
  private ProducerStream[] choice = new ProducerStream[8];

  LayerAllocator(long budgetBps) {
    this.budgetBps = budgetBps;
  }

  /** Chooses anew if it is time: rates change, and layers fall silent. Returns when it will be again. */
  long onTimer(List<Consumer> consumers, long nowNanos) {
    return nowNanos < nextNanos ? nextNanos : allocate(consumers, nowNanos);
  }

  /** Chooses anew. Returns when to do so again: never by itself while there is one layer of everything. */
  long allocate(List<Consumer> consumers, long nowNanos) {
    if (choice.length < consumers.size()) {
      choice = new ProducerStream[2 * consumers.size()];
    }
    long left = budgetBps;
    boolean choosy = false;
    for (int i = 0; i < consumers.size(); i++) {
      Consumer consumer = consumers.get(i);
      choosy |= consumer.producer().layerCount() > 1;
      choice[i] = null;
      if (consumer.isFlowing()) {
        choice[i] = consumer.isVideo() ? lowest(consumer) : consumer.producer().layer(0);
        left -= choice[i] == null ? 0 : choice[i].steadyBitrateBps(nowNanos);
      }
    }
    left = raise(consumers, StreamType.SCREEN, left, nowNanos);
    raise(consumers, StreamType.CAMERA, left, nowNanos);
    for (int i = 0; i < consumers.size(); i++) {
      if (choice[i] != null) {
        Consumer consumer = consumers.get(i);
        ProducerStream before = consumer.target();
        boolean lower = before != null && choice[i].layer() < before.layer();
        if (lower && before.producer().isActive(before)) {
          consumer.lowered(nowNanos);
        }
        consumer.aim(choice[i], nowNanos);
        choice[i] = null;
      }
    }
    nextNanos = choosy ? TimerHeap.coarse(nowNanos + PERIOD_NANOS) : Long.MAX_VALUE;
    return nextNanos;
  }

  private long raise(List<Consumer> consumers, StreamType type, long budget, long nowNanos) {
    long left = budget;
    boolean raised = true;
    while (raised) {
      raised = false;
      for (int i = 0; i < consumers.size(); i++) {
        Consumer consumer = consumers.get(i);
        if (choice[i] == null || consumer.producer().type() != type) {
          continue;
        }
        ProducerStream higher = above(choice[i]);
        if (higher == null) {
          continue;
        }
        long more = higher.steadyBitrateBps(nowNanos) - choice[i].steadyBitrateBps(nowNanos);
        boolean runs = higher == consumer.target();
        if (isAboveAim(consumer, higher) && nowNanos - consumer.loweredNanos() < LOWERED_NANOS) {
          continue;
        }
        if ((runs ? more : (long) (more * HEADROOM)) <= left) {
          left -= more;
          choice[i] = higher;
          raised = true;
        }
      }
    }
    return left;
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
