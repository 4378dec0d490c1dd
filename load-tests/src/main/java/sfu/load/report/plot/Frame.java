package sfu.load.report.plot;

import java.util.List;
import java.util.Locale;
import sfu.load.report.text.Markup;

/**
 * The place of a plot within its picture, in units of its coordinates: what is drawn goes through here from values to
 * coordinates.
 */
record Frame(int width, int height, double left, double top, double right, double bottom, Scale x, Scale y) {

  /** How wide a letter of tick and label is taken to be; a little more than most fonts need. */
  static final double LETTER = 6.4;

  static final int TOP = 46;
  static final int FOOT = 42;

  double atX(double value) {
    return left + x.position(value) * (right - left);
  }

  double atY(double value) {
    return bottom - y.position(value) * (bottom - top);
  }

  /** As wide as the longest is likely to be. */
  static double widest(List<String> texts) {
    return texts.stream().mapToInt(String::length).max().orElse(0) * LETTER;
  }

  /** A coordinate to a tenth. */
  static String px(double value) {
    String text = String.format(Locale.ROOT, "%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  /** The element of the picture, opened, with its title and what is on the value axis. */
  static Markup begin(int height, String title, String subtitle, String description, String hover) {
    Markup svg =
        new Markup()
            .open(
                "svg", "xmlns", "http://www.w3.org/2000/svg", "class", "plot",
                "viewBox", "0 0 " + Plot.WIDTH + " " + height, "role", "img", "aria-label", title,
                "data-points", hover);
    return svg.element("desc", description)
        .empty("rect", "class", "ground", "width", px(Plot.WIDTH), "height", px(height))
        .element("text", title, "class", "title", "x", "4", "y", "16")
        .element("text", subtitle, "class", "axis-label", "x", "4", "y", "33");
  }

  void verticalLine(Markup svg, double at, String cssClass) {
    svg.empty("line", "class", cssClass, "x1", px(at), "x2", px(at), "y1", px(top), "y2", px(bottom));
  }

  void horizontalLine(Markup svg, double at, String cssClass) {
    svg.empty("line", "class", cssClass, "x1", px(left), "x2", px(right), "y1", px(at), "y2", px(at));
  }

  /** Ticks below, and what they count. */
  void bottomAxis(Markup svg, Axis axis) {
    double room = (right - left) / Math.max(1, x.ticks().size() - 1);
    List<String> texts = x.ticks().stream().map(axis.unit()::format).toList();
    int every = widest(texts) + 10 > room ? 2 : 1;
    for (int i = 0; i < texts.size(); i++) {
      double at = atX(x.ticks().get(i));
      svg.empty("line", "class", "tick", "x1", px(at), "x2", px(at), "y1", px(bottom), "y2", px(bottom + 4));
      if (i % every == 0) {
        svg.element("text", texts.get(i), "class", "tick-label middle", "x", px(at), "y", px(bottom + 17));
      }
    }
    svg.element(
        "text", axis.label(), "class", "axis-label middle", "x", px((left + right) / 2), "y", px(bottom + 35));
    horizontalLine(svg, bottom, "axis");
  }

  /** Lines across at the ticks of the value axis. */
  void leftAxis(Markup svg, Axis axis) {
    for (double tick : y.ticks()) {
      double at = atY(tick);
      horizontalLine(svg, at, "grid");
      svg.element("text", axis.unit().format(tick), "class", "tick-label end", "x", px(left - 7), "y", px(at + 4));
    }
  }
}
