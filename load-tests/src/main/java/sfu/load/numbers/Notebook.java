package sfu.load.numbers;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import sfu.load.bench.Cost;
import sfu.load.report.JsonReport;
import sfu.load.report.Machine;
import sfu.load.report.RunResult;
import sfu.load.report.plot.Plot;
import sfu.load.run.Limit;

/** Keeps what experiments came to: tables for a document, plots and raw numbers in a folder. For one thread. */
final class Notebook {

  static final String DATA = "numbers.json";

  private final Path folder;
  private final String startedAt = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  private final String machine = Machine.describe();
  private final List<Page> pages = new ArrayList<>();

  /** What the file has. */
  private record Document(String startedAt, String machine, List<Page> experiments) {}

  /**
   * One experiment.
   *
   * @param failure why it has no tables
   * @param runs also those of an experiment that failed later
   */
  private record Page(
      String name,
      String command,
      String startedAt,
      String title,
      List<Grid> tables,
      List<String> notes,
      String failure,
      List<Run> runs,
      Map<String, Cost> bench) {}

  private record Grid(List<String> head, List<List<String>> rows) {}

  /** {@code limit} is null unless it was looked for. */
  private record Run(
      String label,
      String command,
      String startedAt,
      Map<String, String> versions,
      Map<String, String> settings,
      List<String> findings,
      LimitFound limit,
      List<Look> looks) {}

  /** {@code broke} and {@code notTheServers} are null if there is nothing to say. */
  private record LimitFound(int level, String title, String broke, String notTheServers) {

    LimitFound(Limit limit) {
      this(limit.level(), limit.title(), limit.broke().orElse(null), limit.notTheServers().orElse(null));
    }
  }

  /** {@code joinMillis} from connect to first media, shortest first. */
  private record Look(
      String label,
      RunResult.Total total,
      List<RunResult.Second> seconds,
      Map<String, String> serverStats,
      List<String> problems,
      List<String> remarks,
      List<Double> joinMillis) {}

  Notebook(Path folder) {
    this.folder = folder;
  }

  /** What an experiment came to, for a document; its plots and numbers are in the folder then. */
  String add(Experiment experiment, String command, String begun, Finding finding, Lab lab) throws IOException {
    List<Grid> grids = finding.tables().stream().map(table -> new Grid(table.head(), table.rows())).toList();
    List<String> notes = new ArrayList<>(finding.notes());
    notes.addAll(lab.shortfalls());
    notes.addAll(doubts(lab));
    pages.add(
        new Page(
            experiment.name(), command, begun, finding.title(), grids, notes, null, runs(lab), lab.costs()));
    write();
    for (Map.Entry<String, Plot> plot : finding.plots().entrySet()) {
      if (!plot.getValue().isEmpty()) {
        plot.getValue().toSvgFile(folder.resolve(plot.getKey() + ".svg"));
      }
    }
    return markdown(command, begun, finding, notes, lab);
  }

  /** An experiment that has no tables, but maybe runs. */
  void addFailed(Experiment experiment, String command, String begun, String why, Lab lab) throws IOException {
    pages.add(
        new Page(
            experiment.name(), command, begun, experiment.name(), List.of(), doubts(lab), why, runs(lab), lab.costs()));
    write();
  }

  Path folder() {
    return folder;
  }

  private void write() throws IOException {
    Files.createDirectories(folder);
    // Whoever ends it while it writes has the file as it was.
    Path fresh = folder.resolve(DATA + ".new");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(fresh))) {
      JsonReport.write(out, new Document(startedAt, machine, pages));
    }
    Files.move(fresh, folder.resolve(DATA), StandardCopyOption.REPLACE_EXISTING);
  }

  private String markdown(String command, String begun, Finding finding, List<String> notes, Lab lab) {
    StringBuilder text = new StringBuilder("## %s%n%n".formatted(finding.title()));
    finding.tables().forEach(table -> text.append(table.markdown()).append('\n'));
    text.append("`%s`, %s, %s%s%n".formatted(command, begun.substring(0, 10), machine, revision(lab)));
    Set<String> commands = new LinkedHashSet<>();
    lab.trials().forEach(trial -> commands.add(trial.outcome().result().command()));
    if (!commands.isEmpty()) {
      text.append(commands.size() == 1 ? "\nIts load:\n\n" : "\nIts loads:\n\n");
      commands.forEach(load -> text.append("- `").append(load).append("`\n"));
    }
    if (!notes.isEmpty()) {
      text.append('\n');
      notes.forEach(note -> text.append("- ").append(note).append('\n'));
    }
    return text.append('\n').toString();
  }

  private static String revision(Lab lab) {
    return lab.trials().stream()
        .map(trial -> trial.outcome().result().versions().get("load"))
        .findFirst()
        .map(revision -> ", revision " + revision)
        .orElse("");
  }

  private static List<String> doubts(Lab lab) {
    return lab.trials().stream()
        .flatMap(trial -> trial.doubts().stream().map(doubt -> "%s: %s".formatted(trial.label(), doubt)))
        .distinct()
        .toList();
  }

  private static List<Run> runs(Lab lab) {
    return lab.trials().stream()
        .map(
            trial ->
                new Run(
                    trial.label(),
                    trial.outcome().result().command(),
                    trial.outcome().result().startedAt(),
                    trial.outcome().result().versions(),
                    trial.outcome().result().settings(),
                    trial.outcome().result().findings(),
                    trial.limit().map(LimitFound::new).orElse(null),
                    trial.outcome().result().runs().stream().map(run -> look(run, trial)).toList()))
        .toList();
  }

  private static Look look(RunResult run, Trial trial) {
    return new Look(
        run.label(),
        run.total(),
        run.seconds(),
        run.serverStats(),
        run.problems(),
        run.remarks(),
        trial.limit().isPresent() ? List.of() : trial.joinMillis());
  }
}
