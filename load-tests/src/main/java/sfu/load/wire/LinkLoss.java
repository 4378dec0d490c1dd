package sfu.load.wire;

/**
 * What the last hop did to a stream, by RTP sequence numbers, summed over the connections that carried it.
 *
 * @param lost didn't come by itself
 * @param repaired of those, came by retransmission
 * @param duplicates came twice without having been asked for
 * @param jitterNanos smoothed inter-arrival jitter (RFC 3550, 6.4.1) of the newest connection
 */
public record LinkLoss(long lost, long repaired, long duplicates, long jitterNanos) {

  static final LinkLoss NONE = new LinkLoss(0, 0, 0, 0);

  /** Never came. */
  public long unrepaired() {
    return lost - repaired;
  }

  /** Both together; the jitter is the newer one's. */
  LinkLoss plus(LinkLoss newer) {
    return new LinkLoss(
        lost + newer.lost, repaired + newer.repaired, duplicates + newer.duplicates, newer.jitterNanos);
  }
}
