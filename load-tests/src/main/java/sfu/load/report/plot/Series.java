package sfu.load.report.plot;

import java.util.List;

/**
 * Points that belong together.
 *
 * @param name beside the value that the pointer is at
 * @param label at the series' end; empty if another one of the same ink has it
 * @param points from left to right; where one isn't known, the line has a gap
 */
public record Series(String name, String label, Ink ink, Style style, List<Point> points) {

  /** How points are joined. */
  public enum Style {
    LINE,
    /** A value holds until the next. */
    STEPS,
    /** A line with a dot at each point: for few. */
    DOTS,
    /** Crosses, not joined. */
    CROSSES
  }

  public Series {
    points = List.copyOf(points);
  }

  /** A line that is labelled with its name. */
  public static Series line(String name, Ink ink, List<Point> points) {
    return new Series(name, name, ink, Style.LINE, points);
  }

  List<Point> known() {
    return points.stream().filter(Point::isKnown).toList();
  }
}
