package sfu.load.numbers;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/** A table as Markdown has it: what is measured to the left, numbers to the right. */
final class Table {

  private static final List<String> OF_FIGURES = List.of("load", "what", "measured", "target", "verdict");

  private final List<String> head;
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... head) {
    this.head = List.of(head);
  }

  /** One with a line for each figure, for {@link #figure}. */
  static Table ofFigures() {
    return new Table(OF_FIGURES.toArray(String[]::new));
  }

  void row(String... cells) {
    if (cells.length != head.size()) {
      throw new IllegalArgumentException(cells.length + " cells for " + head.size() + " columns");
    }
    rows.add(List.of(cells));
  }

  /** A figure that has a target, of which {@code rounds} decides in the target's unit. */
  void figure(String load, String what, String measured, Rounds rounds, Target target) {
    figure(load, what, measured, target, target.judge(rounds.median()));
  }

  /** The same if more than the number decides. */
  void figure(String load, String what, String measured, Target target, Verdict verdict) {
    row(load, what, measured, target.title(), verdict.title());
  }

  /** A figure that stands for itself. */
  void figure(String load, String what, String measured) {
    row(load, what, measured, "", "");
  }

  List<String> head() {
    return head;
  }

  List<List<String>> rows() {
    return Collections.unmodifiableList(rows);
  }

  String markdown() {
    String rule = head.stream().map(_ -> "---").collect(Collectors.joining("|", "|", "|"));
    return line(head) + rule + "\n" + rows.stream().map(Table::line).collect(Collectors.joining());
  }

  private static String line(List<String> cells) {
    return cells.stream().map(cell -> cell.replace("|", "\\|")).collect(Collectors.joining(" | ", "| ", " |\n"));
  }
}
