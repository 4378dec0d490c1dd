package sfu.load.report.plot;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import sfu.load.report.text.Markup;

/** Names of series at their ends, which is quicker to read than a legend; moved apart where they would overlap. */
final class EndLabels {
  private static final double LINE = 14;
  private static final int KEY = 16;

  /** So that plots above each other end at the same place. */
  private static final int LEAST = 106;

  /** Longer names lose their middle: addresses differ at their ends. */
  private static final int LONGEST = 22;

  private record Label(Series series, double wanted) {}

  private EndLabels() {}

  /** Width that is needed to the right of the plot. */
  static double width(List<Series> series) {
    List<String> texts = series.stream().filter(EndLabels::isShown).map(s -> shortened(s.label())).toList();
    return Math.max(LEAST, Frame.widest(texts) + KEY + 14);
  }

  static void draw(Markup svg, Frame frame, List<Series> series) {
    List<Label> labels =
        series.stream()
            .filter(EndLabels::isShown)
            .map(s -> new Label(s, frame.atY(s.known().getLast().y())))
            .sorted(Comparator.comparingDouble(Label::wanted))
            .toList();
    double[] at = apart(labels.stream().map(Label::wanted).toList(), frame.top(), frame.bottom());
    double x = frame.right() + 10;
    for (int i = 0; i < at.length; i++) {
      Series s = labels.get(i).series();
      svg.open("g", "class", s.ink().cssClass());
      if (s.style() == Series.Style.CROSSES) {
        svg.empty("path", "class", "cross", "d", cross(x + 6, at[i]));
      } else {
        svg.empty(
            "line", "class", "line", "x1", Frame.px(x), "x2", Frame.px(x + 12), "y1", Frame.px(at[i]),
            "y2", Frame.px(at[i]));
      }
      svg.element(
          "text", shortened(s.label()), "class", "label", "x", Frame.px(x + KEY), "y", Frame.px(at[i] + 4));
      svg.close();
    }
  }

  static String cross(double x, double y) {
    return "M%s %sl8 8m0 -8l-8 8".formatted(Frame.px(x - 4), Frame.px(y - 4));
  }

  /** Places as near as possible to the wanted ones, ascending, a line apart, within the bounds if they fit there. */
  static double[] apart(List<Double> wanted, double top, double bottom) {
    double[] at = wanted.stream().mapToDouble(Double::doubleValue).toArray();
    for (int i = 1; i < at.length; i++) {
      at[i] = Math.max(at[i], at[i - 1] + LINE);
    }
    double limit = bottom;
    for (int i = at.length - 1; i >= 0 && at[i] > limit; i--) {
      at[i] = limit;
      limit -= LINE;
    }
    double least = top;
    for (int i = 0; i < at.length && at[i] < least; i++) {
      at[i] = least;
      least += LINE;
    }
    return at;
  }

  private static boolean isShown(Series series) {
    return !series.label().isEmpty() && !series.known().isEmpty();
  }

  static String shortened(String text) {
    if (text.length() <= LONGEST) {
      return text;
    }
    List<String> parts = new ArrayList<>();
    parts.add(text.substring(0, 7));
    parts.add(text.substring(text.length() - (LONGEST - 8)));
    return String.join("…", parts);
  }
}
