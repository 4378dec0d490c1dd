package sfu.load.report;

import java.util.ArrayList;
import java.util.List;
import sfu.load.report.text.Markup;
import sfu.load.report.text.Unit;

/** What to know, in sentences: what went wrong, what was found, and what makes the numbers doubtful. */
final class Findings {
  private Findings() {}

  static void write(Markup page, LoadResult result) {
    List<String> problems = new ArrayList<>();
    List<String> doubts = new ArrayList<>();
    for (RunResult run : result.runs()) {
      String prefix = result.runs().size() == 1 ? "" : RunNumbers.name(run) + ": ";
      run.problems().forEach(problem -> problems.add(prefix + problem));
      doubts(run).forEach(doubt -> doubts.add(prefix + doubt));
    }
    page.open("section").element("h2", "Findings").open("ul", "class", "findings");
    problems.forEach(problem -> item(page, "problem", "✕", "Problem", problem));
    if (result.runs().isEmpty()) {
      item(page, "problem", "✕", "Problem", "The command ended before a run did: there is nothing to show.");
    } else if (problems.isEmpty()) {
      item(page, "good", "✓", "Good", "No criterion broke.");
    }
    result.findings().forEach(finding -> item(page, "finding", "•", "Finding", finding));
    doubts.forEach(doubt -> item(page, "doubt", "!", "Doubt", doubt));
    page.close().close();
  }

  private static void item(Markup page, String kind, String sign, String word, String text) {
    page.open("li", "class", kind)
        .element("span", sign, "class", "sign", "role", "img", "aria-label", word)
        .element("span", text)
        .close();
  }

  /** Where the load itself may be what was measured. */
  static List<String> doubts(RunResult run) {
    List<String> doubts = new ArrayList<>();
    RunResult.Total total = run.total();
    if (total.stallMillis() > total.delay().p99()) {
      doubts.add(
          "the load's own threads ran up to "
              + Unit.MILLISECONDS.format(total.stallMillis())
              + " late, so longer delays than p99 may be this machine's and not the server's.");
    }
    if (total.engineCpuSeconds() > total.serverCpuSeconds()) {
      doubts.add(
          "the load took more processor time than the server ("
              + Unit.RATIO.format(total.engineCpuSeconds() / total.serverCpuSeconds())
              + "): if they shared cores, it is part of what was measured.");
    }
    return doubts;
  }
}
