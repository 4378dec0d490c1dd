package sfu.protocol.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * One direction of a network path in virtual time: a queue in front of a bottleneck, then propagation with jitter,
 * loss, duplication, reordering and outages. The same seed and the same packets give the same arrivals.
 *
 * @param <P> what it carries
 */
public final class SimulatedLink<P> {

  private record InFlight<P>(long arrivalNanos, long order, P packet) implements Comparable<InFlight<P>> {
    @Override
    public int compareTo(InFlight<P> other) {
      int byTime = Long.compare(arrivalNanos, other.arrivalNanos);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  private record Outage(long fromNanos, long untilNanos) {}

  private final SplittableRandom random;
  private final PriorityQueue<InFlight<P>> inFlight = new PriorityQueue<>();
  private final List<Outage> outages = new ArrayList<>();
  private double lossRate;
  private double duplicateRate;
  private double reorderRate;
  private long reorderNanos;
  private long delayNanos;
  private long jitterNanos;
  private long bandwidthBps = Long.MAX_VALUE;
  private long queueBytes = Long.MAX_VALUE;
  private long bottleneckFreeNanos = Long.MIN_VALUE;
  private long lastInOrderNanos = Long.MIN_VALUE;
  private long order;
  private long lost;
  private long duplicated;
  private long reordered;
  private long sent;

  public SimulatedLink(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** One way. */
  public SimulatedLink<P> delayMillis(long millis) {
    delayNanos = millis * 1_000_000;
    return this;
  }

  /** Each packet takes up to so much longer, evenly spread; the order is kept. */
  public SimulatedLink<P> jitterMillis(long millis) {
    jitterNanos = millis * 1_000_000;
    return this;
  }

  public SimulatedLink<P> loss(double rate) {
    lossRate = rate;
    return this;
  }

  public SimulatedLink<P> duplicates(double rate) {
    duplicateRate = rate;
    return this;
  }

  /** So many packets come so much later than in their turn. */
  public SimulatedLink<P> reordering(double rate, long millis) {
    reorderRate = rate;
    reorderNanos = millis * 1_000_000;
    return this;
  }

  /** What doesn't fit into the queue in front of the bottleneck is lost. */
  public SimulatedLink<P> bottleneck(long bps, long queuedBytes) {
    bandwidthBps = bps;
    queueBytes = queuedBytes;
    return this;
  }

  /** Nothing that is sent in this time arrives. */
  public SimulatedLink<P> outage(long fromNanos, long untilNanos) {
    outages.add(new Outage(fromNanos, untilNanos));
    return this;
  }

  public void send(P packet, int bytes, long nowNanos) {
    sent++;
    if (random.nextDouble() < lossRate || inOutage(nowNanos)) {
      lost++;
      return;
    }
    long leavesNanos = nowNanos;
    if (bandwidthBps != Long.MAX_VALUE) {
      long startNanos = Math.max(nowNanos, bottleneckFreeNanos);
      double queued = (startNanos - nowNanos) / 1e9 * bandwidthBps / 8;
      if (queued + bytes > queueBytes) {
        lost++;
        return;
      }
      leavesNanos = startNanos + (long) (bytes * 8e9 / bandwidthBps);
      bottleneckFreeNanos = leavesNanos;
    }
    long arrivalNanos = leavesNanos + delayNanos + (jitterNanos == 0 ? 0 : random.nextLong(jitterNanos));
    if (random.nextDouble() < reorderRate) {
      reordered++;
      arrivalNanos += reorderNanos;
    } else {
      arrivalNanos = Math.max(arrivalNanos, lastInOrderNanos);
      lastInOrderNanos = arrivalNanos;
    }
    inFlight.add(new InFlight<>(arrivalNanos, order++, packet));
    if (random.nextDouble() < duplicateRate) {
      duplicated++;
      inFlight.add(new InFlight<>(arrivalNanos + 1_000_000, order++, packet));
    }
  }

  private boolean inOutage(long nowNanos) {
    for (Outage outage : outages) {
      if (nowNanos >= outage.fromNanos && nowNanos < outage.untilNanos) {
        return true;
      }
    }
    return false;
  }

  /** When the next packet arrives, {@link Long#MAX_VALUE} if none is under way. */
  public long nextArrivalNanos() {
    return inFlight.isEmpty() ? Long.MAX_VALUE : inFlight.peek().arrivalNanos;
  }

  /** The next packet that has arrived by now, null if there is none. */
  public P receive(long nowNanos) {
    return nextArrivalNanos() <= nowNanos ? inFlight.poll().packet : null;
  }

  public long sent() {
    return sent;
  }

  public long lost() {
    return lost;
  }

  public long duplicated() {
    return duplicated;
  }

  public long reordered() {
    return reordered;
  }
}
