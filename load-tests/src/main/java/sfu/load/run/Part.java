package sfu.load.run;

import java.util.List;
import sfu.load.report.RunResult.Second;

/** The part of a run that counts: when that was, and its seconds among those of the run. */
public record Part(Window window, List<Second> seconds) {

  public Part {
    seconds = List.copyOf(seconds);
  }
}
