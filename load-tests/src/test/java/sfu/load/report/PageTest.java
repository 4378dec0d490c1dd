package sfu.load.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import sfu.load.engine.AttendeeReport;
import sfu.load.engine.StreamQuality;
import sfu.protocol.signal.SessionId;

class PageTest {

  /** Attributes and CSS that make a browser fetch something. */
  private static final Pattern FETCHES = Pattern.compile("\\b(src|href|srcset|action|data)=|url\\(|@import");

  static Stream<LoadResult> everyKind() {
    return Stream.of(
        SampleResults.meeting(),
        SampleResults.comparison(),
        SampleResults.findLimit(),
        SampleResults.interrupted(),
        SampleResults.nothing());
  }

  @ParameterizedTest
  @MethodSource("everyKind")
  void aPageIsWellFormedAndFetchesNothing(LoadResult result) {
    String page = Page.of(result);

    Document document = Xml.parse(page);
    assertThat(FETCHES.matcher(page).find()).isFalse();
    assertThat(page).doesNotContain("NaN", "Infinity");
    assertThat(Xml.elements(document, "title").getFirst().getTextContent()).isEqualTo(result.title());
  }

  @Test
  void saysWhatWasRunWhereAndHow() {
    LoadResult result = SampleResults.meeting();

    String text = text(result);

    assertThat(text).contains(result.machine(), result.command(), result.startedAt());
    result.versions().forEach((name, version) -> assertThat(text).contains(name, version));
    result.settings().forEach((name, value) -> assertThat(text).contains(name, value));
  }

  @Test
  void problemsComeFirst() {
    LoadResult sample = SampleResults.meeting();
    LoadResult result = SampleResults.result("meeting", sample.runs(), List.of("All was fast."), List.of());

    List<Element> findings = Xml.elements(Xml.parse(Page.of(result)), "li");

    assertThat(findings.get(0).getAttribute("class")).isEqualTo("problem");
    assertThat(findings.get(0).getTextContent()).contains("got no media");
    assertThat(findings.get(1).getTextContent()).contains("All was fast.");
  }

  @Test
  void theLimitComesBeforeWhatBrokeBeyondIt() {
    Document page = Xml.parse(Page.of(SampleResults.findLimit()));

    assertThat(Xml.elements(page, "li").getFirst().getTextContent()).contains("The limit is 16 channels");
    assertThat(Xml.texts(page, "text", "label")).contains("limit: 16", "broke");
  }

  @Test
  void whatServersAndPeopleAreCalledStaysText() {
    String hostile = "<img src=x onerror=alert(1)>\"'&\u202E</script>";
    AttendeeReport attendee = new AttendeeReport(SessionId.of(hostile), hostile, true, false, false, -1, List.of());
    RunResult sample = SampleResults.run(hostile, hostile, 8, 20, 1, List.of(hostile));
    RunResult run =
        new RunResult(
            hostile, hostile, sample.seconds(), sample.total(), Map.of(hostile, hostile), List.of(attendee),
            List.of(hostile), List.of(hostile));
    RunResult other = SampleResults.run("ours", "", 8, 20, 1, List.of());

    for (List<RunResult> runs : List.of(List.of(run), List.of(run, other), List.of(run, run))) {
      Document page = Xml.parse(Page.of(SampleResults.result(hostile, runs, List.of(hostile), List.of())));

      assertThat(Xml.elements(page, "img")).isEmpty();
      assertThat(Xml.elements(page, "script")).hasSize(1);
    }
  }

  @Test
  void onlyOurScriptMayRun() throws NoSuchAlgorithmException {
    String page = Page.of(SampleResults.meeting());

    // As a browser reads it, which knows no CDATA there.
    Matcher script = Pattern.compile("<script[^>]*>(.*)</script>", Pattern.DOTALL).matcher(page);
    assertThat(script.find()).isTrue();
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(script.group(1).getBytes(StandardCharsets.UTF_8));
    String policy =
        Xml.elements(Xml.parse(page), "meta").stream()
            .filter(meta -> meta.getAttribute("http-equiv").equals("Content-Security-Policy"))
            .map(meta -> meta.getAttribute("content"))
            .findFirst()
            .orElseThrow();
    assertThat(policy)
        .startsWith("default-src 'none'")
        .endsWith("script-src 'sha256-" + Base64.getEncoder().encodeToString(hash) + "'");
  }

  @Test
  void ofThousandsTheWorstAreShown() {
    List<AttendeeReport> attendees =
        IntStream.range(0, 3000)
            .mapToObj(i -> new AttendeeReport(SessionId.of(i), "fine", true, false, i != 2345, i, List.of()))
            .toList();
    RunResult sample = SampleResults.run("ours", "", 8, 20, 1, List.of());
    RunResult run =
        new RunResult("ours", "", sample.seconds(), sample.total(), Map.of(), attendees, List.of(), List.of());

    Document page = Xml.parse(Page.of(SampleResults.result("webinar", List.of(run), List.of(), List.of())));

    List<String> ids = Xml.texts(page, "th", "id");
    assertThat(ids).hasSize(200);
    assertThat(ids.getFirst()).isEqualTo("2345");
    assertThat(page.getDocumentElement().getTextContent()).contains("The worst 200 of 3000; all are in report.json.");
  }

  @Test
  void nothingIsWrongWithAnOnlySenderWhoGetsNothing() {
    RunResult sample = SampleResults.run("ours", "", 2, 20, 1, List.of());
    List<StreamQuality> streams = sample.attendees().getFirst().streams();
    List<AttendeeReport> attendees =
        List.of(
            new AttendeeReport(SessionId.of(1), "connected", true, false, true, -1, List.of()),
            new AttendeeReport(SessionId.of(2), "connected", true, false, true, -1, streams),
            new AttendeeReport(SessionId.of(3), "connected", true, false, true, 5, streams));
    RunResult run =
        new RunResult("ours", "", sample.seconds(), sample.total(), Map.of(), attendees, List.of(), List.of());

    Document page = Xml.parse(Page.of(SampleResults.result("webinar", List.of(run), List.of(), List.of())));

    assertThat(streams).isNotEmpty();
    assertThat(Xml.texts(page, "th", "id")).startsWith("2").contains("1", "3");
    assertThat(Xml.elements(page, "tr", "broken")).hasSize(1);
  }

  @Test
  void serversAreComparedByRatiosAndOverlaidRuns() {
    LoadResult result = SampleResults.comparison();

    String text = text(result);

    assertThat(text).contains("0.37×", "0.34 to 0.41", "ours ÷ http://10.0.0.2:8070", "ours, round 3");
  }

  @Test
  void whatWasNotMeasuredIsNamedAndNotDrawn() {
    Document page = Xml.parse(Page.of(SampleResults.interrupted()));

    assertThat(Xml.texts(page, "text", "title"))
        .containsExactly("Participants", "Streams received", "Packets", "Bit rate");
    assertThat(page.getDocumentElement().getTextContent())
        .contains("Not measured: Loss, Delay, Time to first media, Processor, Server's memory.")
        .doesNotContain("No criterion broke");
  }

  @Test
  void aLoadThatIsSlowItselfIsDoubted() {
    RunResult sample = SampleResults.run("ours", "", 8, 20, 1, List.of());

    assertThat(Findings.doubts(List.of(sample, sample)))
        .containsExactly(
            "The load's own threads ran up to 5.4 ms late, in all 2 runs: delays up to that may be this machine's and "
                + "not the server's.");
  }

  private static String text(LoadResult result) {
    return Xml.parse(Page.of(result)).getDocumentElement().getTextContent();
  }
}
