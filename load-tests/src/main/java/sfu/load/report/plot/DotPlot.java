package sfu.load.report.plot;

import java.util.List;
import java.util.stream.Collectors;
import sfu.load.report.text.Markup;

/**
 * One value a line, with the range it was seen in: for ratios.
 *
 * @param subtitle how to read it
 * @param axis below
 * @param reference a value that all are compared to, drawn as a line
 * @param rows from top to bottom
 */
public record DotPlot(String title, String subtitle, Axis axis, double reference, List<Row> rows) implements Plot {
  private static final int ROW = 28;
  private static final int VALUE_ROOM = 64;

  /** A value that was from {@code low} to {@code high}: written as it is, and drawn if the axis has it. */
  public record Row(String label, double low, double value, double high) {

    boolean isDrawable() {
      return Double.isFinite(value) && Double.isFinite(low) && Double.isFinite(high) && low > 0;
    }
  }

  public DotPlot {
    rows = List.copyOf(rows);
  }

  @Override
  public boolean isEmpty() {
    return rows.stream().noneMatch(Row::isDrawable);
  }

  @Override
  public Markup svg() {
    int height = Frame.TOP + ROW * Math.max(1, rows.size()) + Frame.FOOT;
    double left = Math.min(WIDTH * 0.5, Frame.widest(rows.stream().map(Row::label).toList()) + 14);
    List<Row> known = rows.stream().filter(Row::isDrawable).toList();
    double least = known.stream().mapToDouble(Row::low).min().orElse(reference);
    double most = known.stream().mapToDouble(Row::high).max().orElse(reference);
    Scale x = axis.scale(Math.min(reference / 2, least), Math.max(reference * 2, most), 6);
    Frame frame = new Frame(WIDTH, height, left, Frame.TOP, WIDTH - VALUE_ROOM, height - Frame.FOOT, x, x);

    Markup svg = Frame.begin(height, title, subtitle, description(), null);
    x.ticks().forEach(tick -> frame.verticalLine(svg, frame.atX(tick), "grid"));
    frame.bottomAxis(svg, axis);
    frame.verticalLine(svg, frame.atX(reference), "mark");
    for (int i = 0; i < rows.size(); i++) {
      draw(svg, frame, rows.get(i), Frame.TOP + ROW * (i + 0.5));
    }
    return svg.close();
  }

  private void draw(Markup svg, Frame frame, Row row, double y) {
    String baseline = Frame.px(y + 4);
    svg.element("text", row.label(), "class", "label end", "x", Frame.px(frame.left() - 10), "y", baseline);
    if (row.isDrawable()) {
      svg.open("g", "class", Ink.FIRST.cssClass())
          .empty(
              "line", "class", "range", "x1", Frame.px(frame.atX(row.low())), "x2", Frame.px(frame.atX(row.high())),
              "y1", Frame.px(y), "y2", Frame.px(y))
          .empty("circle", "class", "dot", "cx", Frame.px(frame.atX(row.value())), "cy", Frame.px(y), "r", "5")
          .close();
    }
    String value = axis.unit().format(row.value());
    svg.element("text", value, "class", "label strong", "x", Frame.px(frame.right() + 10), "y", baseline);
  }

  /** For those who hear the page read out. */
  private String description() {
    return rows.stream()
        .map(
            row ->
                "%s: %s, from %s to %s."
                    .formatted(
                        row.label(),
                        axis.unit().format(row.value()),
                        axis.unit().format(row.low()),
                        axis.unit().format(row.high())))
        .collect(Collectors.joining(" "));
  }
}
