package sfu.load.report.plot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import sfu.load.report.Xml;
import sfu.load.report.text.Unit;

class PlotTest {
  private static final Axis TIME = Axis.fromZero("since the run began", Unit.SECONDS);
  private static final Axis DELAY = Axis.log("sending to receiving", Unit.MILLISECONDS);

  @Test
  void aPlotSaysWhatItShows() {
    Document svg = svg(plot(Series.line("p99", Ink.FIRST, points(0.5, 0.8, 2))));

    assertThat(Xml.texts(svg, "text", "title")).containsExactly("Delay");
    assertThat(Xml.texts(svg, "text", "axis-label"))
        .containsExactly("sending to receiving (logarithmic)", "since the run began");
    assertThat(Xml.texts(svg, "text", "tick-label")).contains("0.5 ms", "1 ms", "2 ms", "0 s", "2 s");
    assertThat(Xml.texts(svg, "text", "label")).containsExactly("p99");
    assertThat(svg.getDocumentElement().getAttribute("data-points")).contains("0.8 ms", "1 s");
    assertThat(Xml.elements(svg, "desc").getFirst().getTextContent())
        .isEqualTo("p99: 0.5 ms to 2 ms, at the end 2 ms.");
  }

  @Test
  void whatIsNotKnownIsAGapAndNoValue() {
    Document svg = svg(plot(Series.line("p99", Ink.FIRST, points(1, 2, Double.NaN, 2, 3))));

    String path = Xml.elements(svg, "path", "line").getFirst().getAttribute("d");
    assertThat(path.chars().filter(c -> c == 'M')).hasSize(2);
    assertThat(path).doesNotContain("NaN");
    assertThat(svg.getDocumentElement().getAttribute("data-points")).doesNotContain("NaN");
  }

  @Test
  void aPointAloneIsADot() {
    assertThat(Xml.elements(svg(plot(Series.line("p99", Ink.FIRST, points(1)))), "circle")).hasSize(1);
    assertThat(Xml.elements(svg(plot(Series.line("p99", Ink.FIRST, points(1, Double.NaN, 3)))), "circle")).hasSize(2);
  }

  @Test
  void aPlotOfNothingSaysSo() {
    LinePlot plot = plot(Series.line("p99", Ink.FIRST, points(Double.NaN, Double.NaN)));

    assertThat(plot.isEmpty()).isTrue();
    assertThat(svg(plot).getDocumentElement().getTextContent()).contains("not measured");
  }

  @Test
  void noPeakIsLostWhenALongRunIsThinned() {
    double[] values = IntStream.range(0, 100_000).mapToDouble(i -> i == 54_321 ? 80 : 1).toArray();

    LinePlot plot = plot(Series.line("p99", Ink.FIRST, points(values)));

    List<Point> kept = plot.series().getFirst().points();
    assertThat(kept).hasSizeLessThanOrEqualTo(Thinning.MOST).contains(new Point(54_321, 80));
    assertThat(kept).isSortedAccordingTo((a, b) -> Double.compare(a.x(), b.x()));
  }

  @Test
  void labelsThatWouldOverlapAreMovedApartWithinThePlot() {
    double[] at = EndLabels.apart(List.of(50.0, 51.0, 99.0, 100.0), 40, 100);

    for (int i = 1; i < at.length; i++) {
      assertThat(at[i] - at[i - 1]).isGreaterThanOrEqualTo(14);
    }
    assertThat(at[0]).isGreaterThanOrEqualTo(40);
    assertThat(at[3]).isLessThanOrEqualTo(100);
  }

  @Test
  void addressesKeepTheirEndsWhenTheyAreShortened() {
    assertThat(EndLabels.shortened("https://sfu.example.com:8070")).isEqualTo("https:/…ample.com:8070").hasSize(22);
    assertThat(EndLabels.shortened("ours")).isEqualTo("ours");
  }

  @Test
  void namesFromServersStayText() {
    Document svg = svg(plot(Series.line("<script>\"&", Ink.FIRST, points(1, 2))));

    assertThat(Xml.elements(svg, "script")).isEmpty();
    assertThat(Xml.texts(svg, "text", "label")).containsExactly("<script>\"&");
  }

  @Test
  void ratiosHaveTheirRangeAndAReference() {
    DotPlot plot =
        new DotPlot(
            "ours ÷ other", "median and range", Axis.log("less is left", Unit.RATIO), 1,
            List.of(
                new DotPlot.Row("CPU", 0.3, 0.4, 0.5), new DotPlot.Row("loss", Double.NaN, Double.NaN, Double.NaN)));

    Document svg = svg(plot);

    assertThat(Xml.elements(svg, "circle")).hasSize(1);
    assertThat(Xml.elements(svg, "line", "range")).hasSize(1);
    assertThat(Xml.elements(svg, "line", "mark")).hasSize(1);
    assertThat(Xml.texts(svg, "text", "strong")).containsExactly("0.4×", "–");
    assertThat(plot.isEmpty()).isFalse();
  }

  @Test
  void aFileHasItsColoursWithItAndNothingFromElsewhere(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("delay.svg");

    plot(Series.line("p99", Ink.FIRST, points(1, 2))).toSvgFile(file);

    String text = Files.readString(file);
    assertThat(Xml.elements(Xml.parse(text), "style")).hasSize(1);
    assertThat(text).contains("prefers-color-scheme: dark").doesNotContain("url(", "@import", "href", "data-points");
  }

  private static LinePlot plot(Series series) {
    return new LinePlot("Delay", TIME, DELAY, List.of(series));
  }

  private static Document svg(Plot plot) {
    return Xml.parse(plot.svg().toString());
  }

  private static List<Point> points(double... values) {
    List<Point> points = new ArrayList<>();
    for (double value : values) {
      points.add(new Point(points.size(), value));
    }
    return points;
  }
}
