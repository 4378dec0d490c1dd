package sfu.node.media.transport;

import java.util.Locale;
import java.util.Map;

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

  /** Packets sent to find out what a viewer's line carries; they are among those sent. */
  public long probePackets;

  /** Times that less was believed of a viewer's line than before: several while one fills. */
  public long reductions;

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

  /** Adds all that is not zero by names in lower case, drops as "dropped_" and the reason. Loop thread only. */
  public void read(Map<String, Long> into) {
    put(into, "packets_in", packetsIn);
    put(into, "bytes_in", bytesIn);
    put(into, "packets_out", packetsOut);
    put(into, "bytes_out", bytesOut);
    put(into, "retransmissions", retransmissions);
    put(into, "key_frame_requests", keyFrameRequests);
    put(into, "probe_packets", probePackets);
    put(into, "line_reductions", reductions);
    for (Drop reason : Drop.values()) {
      put(into, "dropped_" + reason.name().toLowerCase(Locale.ROOT), drops(reason));
    }
  }

  private static void put(Map<String, Long> into, String name, long count) {
    if (count != 0) {
      into.put(name, count);
    }
  }
}
