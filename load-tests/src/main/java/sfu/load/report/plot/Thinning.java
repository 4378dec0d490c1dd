package sfu.load.report.plot;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Long runs have more points than a plot has pixels: of neighbours the extremes are kept, so that no peak is lost. */
final class Thinning {

  /** As many as are told apart on the width of a plot, least and largest for each. */
  static final int MOST = 800;

  private Thinning() {}

  /** The same points if they are few enough; else at most {@link #MOST}. A gap of at least a bucket stays one. */
  static List<Point> thin(List<Point> points) {
    if (points.size() <= MOST) {
      return points;
    }
    List<Point> kept = new ArrayList<>(MOST);
    // Where a line begins and ends is shown as it is.
    kept.add(points.getFirst());
    int buckets = MOST / 2 - 1;
    int inner = points.size() - 2;
    for (int bucket = 0; bucket < buckets; bucket++) {
      int from = 1 + (int) ((long) inner * bucket / buckets);
      int to = 1 + (int) ((long) inner * (bucket + 1) / buckets);
      List<Point> known = points.subList(from, to).stream().filter(Point::isKnown).toList();
      if (known.isEmpty()) {
        kept.add(points.get(from));
        continue;
      }
      Point least = known.stream().min(Comparator.comparingDouble(Point::y)).orElseThrow();
      Point most = known.stream().max(Comparator.comparingDouble(Point::y)).orElseThrow();
      kept.add(least.x() <= most.x() ? least : most);
      if (least != most) {
        kept.add(least.x() <= most.x() ? most : least);
      }
    }
    kept.add(points.getLast());
    return kept;
  }
}
