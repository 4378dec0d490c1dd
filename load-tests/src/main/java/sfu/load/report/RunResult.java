package sfu.load.report;

import java.util.List;
import java.util.Map;
import sfu.load.engine.AttendeeReport;

/**
 * One run at one server. What couldn't be measured is {@link Double#NaN}.
 *
 * @param server how it is called in tables: "ours", "A", its address
 * @param label what distinguishes this run from the others of the command, as "round 2" or "12 channels"; may be empty
 * @param seconds one point about every second
 * @param total of the part that counts: everybody joined, or was given up, and the ramp was over
 * @param serverStats what the server's own statistics said at the end, by name
 * @param attendees at the end of the run
 * @param problems criteria that broke and defects that were met, as sentences; empty if all is well
 * @param remarks what the load's own side lacked, and what of that broke a criterion: nothing to blame the server for
 */
public record RunResult(
    String server,
    String label,
    List<Second> seconds,
    Total total,
    Map<String, String> serverStats,
    List<AttendeeReport> attendees,
    List<String> problems,
    List<String> remarks) {

  /**
   * How things stood, and what came since the point before.
   *
   * @param at seconds since the run's begin
   * @param attendees who meant to be in a call, {@code connected} whose media was set up, {@code failed} so far
   * @param streams received at the participants: the server's consumers
   * @param inPps RTP packets that participants received, a second; {@code outPps} that they sent
   * @param inBps of those, bit/s
   * @param lossPercent of the packets that should have come by themselves
   * @param residualPercent of them, after retransmission
   * @param delay from a participant's sending to another's receiving
   * @param serverCpu cores in use
   * @param serverRssBytes resident memory
   * @param engineCpu cores in use by the load itself
   * @param stallMillis how late the load's own threads ran at most
   */
  public record Second(
      double at,
      int attendees,
      int connected,
      int failed,
      int streams,
      double inPps,
      double outPps,
      double inBps,
      double outBps,
      double lossPercent,
      double residualPercent,
      Delay delay,
      double serverCpu,
      double serverRssBytes,
      double engineCpu,
      double stallMillis) {}

  /** Milliseconds. */
  public record Delay(double p50, double p90, double p99, double p999, double p9999, double max) {

    /** Not known. */
    public static final Delay NONE =
        new Delay(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
  }

  /**
   * @param seconds how long the part that counts took
   * @param packetsIn RTP packets that participants received, {@code packetsOut} that they sent
   * @param lost didn't come by themselves, {@code repaired} of those by retransmission
   * @param joins connect to first media, ms; of the whole run
   * @param joined whose media came, {@code failed} whose didn't
   * @param serverCpuSeconds processor time of the server's processes
   * @param packetsPerServerCpuSecond received by participants, for each second of the server's processor time
   * @param microsPerPacket the same as time for each
   * @param serverRssFirst bytes before anybody joined, {@code serverRssPeak} the most, {@code serverRssLast} at the end
   * @param rssPerAttendee bytes resident for each participant beyond those before anybody joined
   * @param packetsPerEngineCpuSecond packets that the load itself received and sent for each second of its own
   * @param stallMillis how late the load's own threads ran at most
   */
  public record Total(
      double seconds,
      long packetsIn,
      long packetsOut,
      long lost,
      long repaired,
      long frames,
      long freezes,
      Delay delay,
      Delay joins,
      int joined,
      int failed,
      double serverCpuSeconds,
      double packetsPerServerCpuSecond,
      double microsPerPacket,
      double serverRssFirst,
      double serverRssPeak,
      double serverRssLast,
      double rssPerAttendee,
      double engineCpuSeconds,
      double packetsPerEngineCpuSecond,
      double stallMillis) {}
}
