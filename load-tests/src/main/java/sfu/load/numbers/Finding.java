package sfu.load.numbers;

import java.util.List;
import java.util.Map;
import sfu.load.report.plot.Plot;

/**
 * What an experiment came to.
 *
 * @param title above its tables
 * @param notes sentences below them
 * @param plots by the name of their file, without its ending
 */
record Finding(String title, List<Table> tables, List<String> notes, Map<String, Plot> plots) {

  Finding {
    tables = List.copyOf(tables);
    notes = List.copyOf(notes);
    plots = Map.copyOf(plots);
  }
}
