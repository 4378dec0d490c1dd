package sfu.load.report;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.function.ToDoubleFunction;
import sfu.load.report.text.Markup;
import sfu.load.report.text.Unit;

/** What to know, in sentences: what went wrong, what was found, and what makes the numbers doubtful. */
final class Findings {
  private Findings() {}

  static void write(Markup page, LoadResult result) {
    List<RunResult> runs = result.runs();
    page.open("section").element("h2", "Findings").open("ul", "class", "findings");
    // A search for the limit ends where something breaks: there that is no news, and where it is comes first.
    boolean search = LoadSteps.isSearch(runs);
    if (search) {
      found(page, result);
    }
    for (RunResult run : runs) {
      if (!run.problems().isEmpty()) {
        String problems = String.join("; ", run.problems());
        String text = runs.size() == 1 ? problems : RunNumbers.name(run) + ": " + problems;
        item(page, "problem", "✕", "Problem", text);
      }
    }
    if (runs.isEmpty()) {
      item(page, "problem", "✕", "Problem", "The command ended before a run did: there is nothing to show.");
    } else if (runs.stream().noneMatch(run -> run.total().seconds() > 0)) {
      item(page, "doubt", "!", "Doubt", "It ended before everybody had joined: what there is, is in the plots.");
    } else if (runs.stream().allMatch(run -> run.problems().isEmpty())) {
      boolean excused = runs.stream().anyMatch(run -> !run.remarks().isEmpty());
      String good = excused ? "Nothing broke that the server is to blame for." : "No criterion broke.";
      item(page, "good", "✓", "Good", good);
    }
    if (!search) {
      found(page, result);
    }
    for (RunResult run : runs) {
      for (String remark : run.remarks()) {
        item(page, "doubt", "!", "Doubt", runs.size() == 1 ? remark : RunNumbers.name(run) + ": " + remark);
      }
    }
    doubts(runs).forEach(doubt -> item(page, "doubt", "!", "Doubt", doubt));
    page.close().close();
  }

  private static void found(Markup page, LoadResult result) {
    result.findings().forEach(finding -> item(page, "finding", "•", "Finding", finding));
  }

  private static void item(Markup page, String kind, String sign, String word, String text) {
    page.open("li", "class", kind)
        .element("span", sign, "class", "sign", "role", "img", "aria-label", word)
        .element("span", text)
        .close();
  }

  /** Where the load itself may be what was measured. */
  static List<String> doubts(List<RunResult> runs) {
    List<String> doubts = new ArrayList<>();
    DoubleSummaryStatistics late =
        where(runs, run -> run.total().stallMillis() > run.total().delay().p99() ? run.total().stallMillis() : 0);
    if (late.getCount() > 0) {
      doubts.add(
          "The load's own threads ran up to %s late%s: delays up to that may be this machine's and not the server's."
              .formatted(Unit.MILLISECONDS.format(late.getMax()), inRuns(late, runs)));
    }
    DoubleSummaryStatistics dear =
        where(
            runs,
            run -> {
              double ratio = run.total().engineCpuSeconds() / run.total().serverCpuSeconds();
              return ratio > 1 ? ratio : 0;
            });
    if (dear.getCount() > 0) {
      doubts.add(
          "The load took up to %s the server's processor time%s: where they shared cores, it is in what was measured."
              .formatted(Unit.RATIO.format(dear.getMax()), inRuns(dear, runs)));
    }
    return doubts;
  }

  private static DoubleSummaryStatistics where(List<RunResult> runs, ToDoubleFunction<RunResult> of) {
    return runs.stream().mapToDouble(of).filter(value -> value > 0 && Double.isFinite(value)).summaryStatistics();
  }

  private static String inRuns(DoubleSummaryStatistics some, List<RunResult> runs) {
    if (runs.size() == 1) {
      return "";
    }
    return some.getCount() == runs.size()
        ? ", in all %d runs".formatted(runs.size())
        : ", in %d of %d runs".formatted(some.getCount(), runs.size());
  }
}
