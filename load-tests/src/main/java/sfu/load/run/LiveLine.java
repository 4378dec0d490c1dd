package sfu.load.run;

import java.io.PrintStream;
import sfu.load.report.RunResult.Second;

/** How things stand, while they do: one line that is written anew on a terminal, a line now and then elsewhere. */
final class LiveLine implements LoadRun.Watcher {

  private static final int PLAIN_EVERY = 5;
  private static final String CLEAR_LINE = "\r\033[K";
  private static final double BYTES_PER_MB = 1e6;

  private final PrintStream out;
  private final boolean terminal;
  private String title = "";
  private int seconds;

  LiveLine(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** What the lines from now on belong to, as "round 2"; may be empty. */
  void entitle(String newTitle) {
    title = newTitle;
    seconds = 0;
  }

  @Override
  public void onSecond(Second second, String phase) {
    if (terminal) {
      out.print(CLEAR_LINE + line(title, second, phase));
      out.flush();
    } else if (seconds++ % PLAIN_EVERY == 0) {
      out.println(line(title, second, phase));
    }
  }

  /** A line that stays. */
  void say(String text) {
    out.println(terminal ? CLEAR_LINE + text : text);
  }

  static String line(String title, Second now, String phase) {
    StringBuilder line = new StringBuilder();
    if (!title.isEmpty()) {
      line.append(title).append(": ");
    }
    line.append(
        "%s %.0f s, %d in%s, %d streams, %,.0f packets/s in, %,.0f out, loss %.2f %%, p99 %s"
            .formatted(
                phase,
                now.at(),
                now.attendees(),
                now.failed() == 0 ? "" : " (%d failed)".formatted(now.failed()),
                now.streams(),
                now.inPps(),
                now.outPps(),
                now.lossPercent(),
                Double.isNaN(now.delay().p99()) ? "-" : "%.1f ms".formatted(now.delay().p99())));
    if (!Double.isNaN(now.serverCpu())) {
      line.append(", server %.2f cores %.0f MB".formatted(now.serverCpu(), now.serverRssBytes() / BYTES_PER_MB));
    }
    return line.append(", load %.2f cores".formatted(now.engineCpu())).toString();
  }
}
