package sfu.node.cluster;

import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.pekko.actor.typed.ActorRef;
import sfu.node.media.MediaCommand;

/**
 * Which worker takes a session. A channel stays on one worker as long as that has room, since within a worker a stream
 * costs nothing to reach one more viewer; then it goes on to another worker of the channel's node, then to other nodes.
 *
 * @param maxSessions sessions of one channel that a worker takes before another is used
 */
record Placement(int maxSessions) {

  /**
   * A worker counts as full from this utilisation on: what is left is for key frames, retransmissions and new layers.
   */
  static final double FULL = 0.7;

  /** Utilisations closer to each other than this are equal: the rest is noise. */
  private static final double STEP = 0.1;

  /**
   * A worker that may be chosen.
   *
   * @param utilisation share of time (0 to 1) that its loop was busy, with what was given to it since it was measured
   * @param packetsPerSecond in and out
   * @param bitsPerSecond in and out
   * @param transports open, or about to be
   */
  record Candidate(
      ActorRef<MediaCommand> worker,
      boolean local,
      double utilisation,
      long packetsPerSecond,
      long bitsPerSecond,
      int transports) {

    private double step() {
      return Math.floor(utilisation / STEP);
    }
  }

  /** {@code seats}: sessions of the channel by worker. Empty only if there is no candidate. */
  Optional<ActorRef<MediaCommand>> choose(
      Collection<Candidate> candidates, Map<ActorRef<MediaCommand>, Integer> seats) {
    Predicate<Candidate> inUse = c -> seats.containsKey(c.worker());
    Predicate<Candidate> hasRoom = c -> c.utilisation() < FULL && seats.getOrDefault(c.worker(), 0) < maxSessions;
    Comparator<Candidate> fullest = Comparator.comparingInt(c -> -seats.getOrDefault(c.worker(), 0));
    return first(candidates, inUse.and(Candidate::local).and(hasRoom), fullest)
        .or(() -> first(candidates, inUse.and(hasRoom), fullest))
        .or(() -> first(candidates, hasRoom.and(Candidate::local), idlest()))
        .or(() -> first(candidates, hasRoom, idlest()))
        // All are full: rather everybody a little worse than somebody not at all.
        .or(() -> first(candidates, _ -> true, idlest()))
        .map(Candidate::worker);
  }

  private static Optional<Candidate> first(
      Collection<Candidate> candidates, Predicate<Candidate> which, Comparator<Candidate> order) {
    return candidates.stream().filter(which).min(order.thenComparing(idlest()));
  }

  /**
   * By utilisation; where that says nothing, by what would raise it: packets, then bits, then what may begin to send.
   */
  private static Comparator<Candidate> idlest() {
    return Comparator.comparingDouble(Candidate::step)
        .thenComparingLong(c -> c.packetsPerSecond() / 1_000)
        .thenComparingLong(c -> c.bitsPerSecond() / 10_000_000)
        .thenComparingInt(Candidate::transports)
        .thenComparing(Candidate::worker);
  }
}
