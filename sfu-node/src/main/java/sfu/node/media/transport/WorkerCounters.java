package sfu.node.media.transport;

/**
 * What a worker counts, in packets and bytes of UDP or TCP payload. Written by the loop's thread alone; read there too
 * (a reader elsewhere asks by a command), so plain fields serve.
 */
public final class WorkerCounters {
  /** RTP and RTCP packets received, and their bytes. */
  public long packetsIn;

  public long bytesIn;

  /** RTP and RTCP packets sent, and their bytes. */
  public long packetsOut;

  public long bytesOut;

  /** RTP packets sent again on a viewer's NACK. */
  public long retransmissions;

  /** Key frames asked of producers (PLI or FIR sent). */
  public long keyFrameRequests;

  private final long[] drops = new long[Drop.values().length];

  public void drop(Drop reason) {
    drops[reason.ordinal()]++;
  }

  public long drops(Drop reason) {
    return drops[reason.ordinal()];
  }

  /** "REASON=n …" of all that is not zero, for the statistics in the log; "none" if all are. */
  public String describeDrops() {
    StringBuilder text = new StringBuilder();
    for (Drop reason : Drop.values()) {
      if (drops(reason) > 0) {
        text.append(text.isEmpty() ? "" : " ").append(reason).append('=').append(drops(reason));
      }
    }
    return text.isEmpty() ? "none" : text.toString();
  }
}
