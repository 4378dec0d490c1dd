package sfu.load.report;

import java.util.List;
import sfu.load.report.LoadResult.Ratio;
import sfu.load.report.plot.Axis;
import sfu.load.report.plot.DotPlot;
import sfu.load.report.text.Markup;
import sfu.load.report.text.Unit;

/** Two servers side by side: ratios with their spread, and their runs laid over each other. */
final class Comparison {
  private Comparison() {}

  /** In the order in which they come. */
  static List<String> servers(List<RunResult> runs) {
    return runs.stream().map(RunResult::server).distinct().toList();
  }

  /** How much of the other's each number is. */
  static void ratios(Markup page, LoadResult result) {
    List<String> servers = servers(result.runs());
    if (servers.size() < 2 || result.comparison().isEmpty()) {
      return;
    }
    page.open("section").element("h2", servers.get(0) + " compared to " + servers.get(1));
    page.open("div", "class", "plots");
    table(page, result.comparison(), servers);
    page.open("figure")
        .add(
            new DotPlot(
                    servers.get(0) + " ÷ " + servers.get(1),
                    "median of the pairs' ratios (dot), smallest to largest (bar)",
                    Axis.log("left of the line the first has less, right of it more", Unit.RATIO),
                    1,
                    result.comparison().stream()
                        .map(r -> new DotPlot.Row(r.what(), r.low(), r.ratio(), r.high()))
                        .toList())
                .svg())
        .close();
    page.close().close();
  }

  /** All runs of all servers, laid over each other. */
  static void overTime(Markup page, List<RunResult> runs) {
    if (servers(runs).size() > 1) {
      page.open("section").element("h2", "Over time");
      TimePlots.ofServers(page, runs);
      page.close();
    }
  }

  private static void table(Markup page, List<Ratio> ratios, List<String> servers) {
    page.open("div", "class", "scroll").open("table").open("thead").open("tr");
    for (String head : List.of("Median of the runs", servers.get(0), servers.get(1), "Ratio", "of the pairs of runs")) {
      page.element("th", head, "scope", "col");
    }
    page.close().close().open("tbody");
    for (Ratio ratio : ratios) {
      page.open("tr")
          .element("th", ratio.what(), "scope", "row")
          .element("td", Unit.digits(ratio.first()))
          .element("td", Unit.digits(ratio.second()))
          .element("td", Unit.RATIO.format(ratio.ratio()), "class", "strong")
          .element("td", Double.isNaN(ratio.low()) ? Unit.UNKNOWN : range(ratio))
          .close();
    }
    page.close().close().close();
  }

  private static String range(Ratio ratio) {
    return Unit.digits(ratio.low()) + " to " + Unit.digits(ratio.high());
  }
}
