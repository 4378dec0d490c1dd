package sfu.load.wire;

import java.util.List;

/**
 * What the media threads of an engine did so far.
 *
 * @param packetsIn SRTP and SRTCP packets that came
 * @param packetsOut packets that left, connectivity checks included
 * @param cpuNanos processor time of the media threads
 * @param longestStallNanos how late a thread ran at most since that was last forgotten: so much of a gap may be this
 *     machine's own
 * @param defects what went wrong in here and must not
 */
public record EngineReport(
    long packetsIn, long packetsOut, long cpuNanos, long longestStallNanos, List<String> defects) {

  /** Of what passed between two reports, the older being {@code before}; 0 if no time was used. */
  public long packetsPerCpuSecond(EngineReport before) {
    long nanos = cpuNanos - before.cpuNanos;
    long packets = packetsIn + packetsOut - before.packetsIn - before.packetsOut;
    return nanos <= 0 ? 0 : (long) (packets * 1e9 / nanos);
  }
}
