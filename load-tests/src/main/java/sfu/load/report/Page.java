package sfu.load.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sfu.load.report.plot.Plot;
import sfu.load.report.text.Markup;

/**
 * The report as one page that needs nothing else. What is most worth knowing comes first: what went wrong, the numbers,
 * then plots, then everybody.
 */
final class Page {

  /** In all; each further run of a page gets its share of it. */
  private static final int MOST_ATTENDEES = 200;
  private static final int FEWEST_ATTENDEES = 10;

  private Page() {}

  static String of(LoadResult result) {
    Markup page = new Markup();
    page.open("html", "lang", "en");
    head(page, result);
    page.open("body").open("main");
    title(page, result);
    Findings.write(page, result);
    Comparison.ratios(page, result);
    KeyNumbers.write(page, result.runs());
    Comparison.overTime(page, result.runs());
    LoadSteps.write(page, result.runs());
    runs(page, result.runs());
    conditions(page, result);
    page.close().close().close();
    return "<!DOCTYPE html>\n" + page + "\n";
  }

  private static void head(Markup page, LoadResult result) {
    String script = "/*<![CDATA[*/" + resource("report.js") + "/*]]>*/";
    // Whatever a server got into the text, nothing but our own script runs and nothing is fetched.
    String policy =
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-%s'".formatted(sha256(script));
    page.open("head")
        .empty("meta", "charset", "utf-8")
        .empty("meta", "http-equiv", "Content-Security-Policy", "content", policy)
        .empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
        .empty("meta", "name", "color-scheme", "content", "light dark")
        .element("title", result.title());
    page.open("style").verbatim(Plot.styleSheet() + resource("report.css")).close();
    page.open("script", "type", "module").verbatim(resource("report.js")).close();
    page.close();
  }

  private static void title(Markup page, LoadResult result) {
    page.open("header");
    page.element("h1", result.title());
    String where =
        Stream.of(result.startedAt(), result.machine())
            .filter(text -> !text.isEmpty())
            .collect(Collectors.joining(" · "));
    page.element("p", where, "class", "quiet");
    if (!result.command().isEmpty()) {
      page.open("p").element("code", result.command()).close();
    }
    page.close();
  }

  /** One run is shown at once; of several, their own plots and people are folded below what they have in common. */
  private static void runs(Markup page, List<RunResult> runs) {
    if (runs.size() == 1) {
      RunResult run = runs.getFirst();
      page.open("section").element("h2", "Over time");
      TimePlots.ofOne(page, run);
      page.close().open("section").element("h2", "Participants");
      AttendeeTable.write(page, run.attendees(), MOST_ATTENDEES);
      serverStats(page, run);
      page.close();
      return;
    }
    if (runs.isEmpty()) {
      return;
    }
    int most = Math.max(FEWEST_ATTENDEES, MOST_ATTENDEES / runs.size());
    page.open("section").element("h2", "Each run");
    for (RunResult run : runs) {
      String name = RunNumbers.name(run);
      page.open("details", "class", "run").element("summary", run.problems().isEmpty() ? name : name + " ✕");
      TimePlots.ofOne(page, run);
      page.element("h3", "Participants");
      AttendeeTable.write(page, run.attendees(), most);
      serverStats(page, run);
      page.close();
    }
    page.close();
  }

  private static void serverStats(Markup page, RunResult run) {
    if (!run.serverStats().isEmpty()) {
      page.open("details").element("summary", "The server's own statistics at the end");
      pairs(page, run.serverStats());
      page.close();
    }
  }

  private static void conditions(Markup page, LoadResult result) {
    page.open("section", "class", "conditions");
    if (!result.settings().isEmpty()) {
      page.open("div").element("h2", "Settings");
      pairs(page, result.settings());
      page.close();
    }
    if (!result.versions().isEmpty()) {
      page.open("div").element("h2", "Versions");
      pairs(page, result.versions());
      page.close();
    }
    page.close();
    page.open("footer")
        .element(
            "p", "Everything on this page, and all participants, are in " + ReportFolder.DATA + ".", "class", "quiet")
        .close();
  }

  private static void pairs(Markup page, Map<String, String> pairs) {
    page.open("table", "class", "pairs").open("tbody");
    pairs.forEach(
        (name, value) ->
            page.open("tr").element("th", name, "scope", "row").element("td", value).close());
    page.close().close();
  }

  private static String resource(String name) {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sha256(String text) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
