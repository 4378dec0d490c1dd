package sfu.load.report.plot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import sfu.load.report.text.Markup;

/**
 * Values over time or over load.
 *
 * @param x below
 * @param y to the left
 * @param series drawn in this order
 * @param marks places on the x axis that mean something
 */
public record LinePlot(String title, Axis x, Axis y, List<Series> series, List<Mark> marks) implements Plot {
  private static final int HEIGHT = 280;

  /** So that plots above each other begin at the same place. */
  private static final int LEAST_LEFT = 74;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A line from top to bottom with a word at it. */
  public record Mark(double at, String label) {}

  /** What the pointer shows: where the points are, and what each says of which place. */
  private record Hover(
      String name, String ink, List<Double> x, List<Double> y, List<String> text, List<String> at) {}

  public LinePlot {
    series =
        series.stream()
            .map(s -> new Series(s.name(), s.label(), s.ink(), s.style(), Thinning.thin(s.points())))
            .toList();
    marks = List.copyOf(marks);
  }

  /** Without marks. */
  public LinePlot(String title, Axis x, Axis y, List<Series> series) {
    this(title, x, y, series, List.of());
  }

  @Override
  public Markup svg() {
    Frame frame = frame();
    Markup svg = Frame.begin(HEIGHT, title, subtitle(), description(), hover(frame));
    frame.leftAxis(svg, y);
    frame.bottomAxis(svg, x);
    for (Mark mark : marks) {
      drawMark(svg, frame, mark);
    }
    for (Series s : series) {
      draw(svg, frame, s);
    }
    if (isEmpty()) {
      svg.element(
          "text", "not measured", "class", "axis-label middle",
          "x", Frame.px((frame.left() + frame.right()) / 2), "y", Frame.px((frame.top() + frame.bottom()) / 2));
    }
    EndLabels.draw(svg, frame, series);
    return svg.close();
  }

  @Override
  public boolean isEmpty() {
    return series.stream().allMatch(s -> s.known().isEmpty());
  }

  private String subtitle() {
    return y.kind() == Axis.Kind.LOG ? y.label() + " (logarithmic)" : y.label();
  }

  private Frame frame() {
    List<Point> known = new ArrayList<>();
    series.forEach(s -> known.addAll(s.known()));
    boolean log = y.kind() == Axis.Kind.LOG;
    double leastY =
        known.stream().mapToDouble(Point::y).filter(v -> !log || v > 0).min().orElse(log ? 0.1 : 0);
    Scale yScale = y.scale(leastY, most(known, Point::y, log ? 1 : 0), 5);
    double leastX = known.stream().mapToDouble(Point::x).min().orElse(0);
    double mostX = most(known, Point::x, 1);
    double left = Math.max(LEAST_LEFT, Frame.widest(yScale.ticks().stream().map(y.unit()::format).toList()) + 14);
    double right = WIDTH - EndLabels.width(series);
    Scale xScale = x.scale(leastX, mostX, 6);
    if (x.kind() == Axis.Kind.FROM_ZERO && !known.isEmpty()) {
      // The last tick may lie far behind the last point: where a run ends is where its plot ends.
      xScale = endingAt(xScale, Math.max(x.unit().smallestRange(), mostX));
    }
    return new Frame(WIDTH, HEIGHT, left, Frame.TOP, right, HEIGHT - Frame.FOOT, xScale, yScale);
  }

  private static Scale endingAt(Scale scale, double end) {
    return new Scale(scale.low(), end, false, scale.ticks().stream().filter(tick -> tick <= end).toList());
  }

  private static double most(List<Point> points, ToDoubleFunction<Point> of, double ofNone) {
    return points.stream().mapToDouble(of).max().orElse(ofNone);
  }

  private static void drawMark(Markup svg, Frame frame, Mark mark) {
    double at = frame.atX(mark.at());
    boolean onTheRight = at > (frame.left() + frame.right()) / 2;
    frame.verticalLine(svg, at, "mark");
    svg.element(
        "text", mark.label(), "class", onTheRight ? "label end" : "label",
        "x", Frame.px(onTheRight ? at - 5 : at + 5), "y", Frame.px(frame.top() + 10));
  }

  private static void draw(Markup svg, Frame frame, Series series) {
    svg.open("g", "class", series.ink().cssClass());
    StringBuilder path = new StringBuilder();
    List<Point> points = series.points();
    for (int i = 0; i < points.size(); i++) {
      Point point = points.get(i);
      if (!point.isKnown()) {
        continue;
      }
      String px = Frame.px(frame.atX(point.x()));
      String py = Frame.px(frame.atY(point.y()));
      boolean joined = i > 0 && points.get(i - 1).isKnown();
      boolean alone = !joined && (i + 1 == points.size() || !points.get(i + 1).isKnown());
      switch (series.style()) {
        case CROSSES -> path.append(EndLabels.cross(frame.atX(point.x()), frame.atY(point.y())));
        case STEPS -> path.append(joined ? "H%sV%s".formatted(px, py) : "M%s %s".formatted(px, py));
        case LINE, DOTS -> path.append(joined ? 'L' : 'M').append(px).append(' ').append(py);
      }
      if (series.style() == Series.Style.DOTS || alone && series.style() != Series.Style.CROSSES) {
        svg.empty("circle", "class", "dot", "cx", px, "cy", py, "r", "3.5");
      }
    }
    String shape = series.style() == Series.Style.CROSSES ? "cross" : "line";
    if (!path.isEmpty()) {
      svg.empty("path", "class", shape, "d", path.toString());
    }
    svg.close();
  }

  /** For those who hear the page read out. */
  private String description() {
    return series.stream()
        .filter(s -> !s.known().isEmpty())
        .map(
            s -> {
              double least = s.known().stream().mapToDouble(Point::y).min().orElseThrow();
              return "%s: %s to %s, at the end %s."
                  .formatted(
                      s.name(),
                      y.unit().format(least),
                      y.unit().format(most(s.known(), Point::y, 0)),
                      y.unit().format(s.known().getLast().y()));
            })
        .collect(Collectors.joining(" "));
  }

  private String hover(Frame frame) {
    List<Hover> hovers =
        series.stream()
            .map(
                s -> {
                  List<Point> known = s.known();
                  return new Hover(
                      s.name(),
                      s.ink().cssClass(),
                      known.stream().map(p -> tenth(frame.atX(p.x()))).toList(),
                      known.stream().map(p -> tenth(frame.atY(p.y()))).toList(),
                      known.stream().map(p -> y.unit().format(p.y())).toList(),
                      known.stream().map(p -> x.unit().format(p.x())).toList());
                })
            .toList();
    try {
      return JSON.writeValueAsString(hovers);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("numbers and strings are always JSON", e);
    }
  }

  private static double tenth(double value) {
    return Math.rint(value * 10) / 10;
  }
}
