package sfu.load.numbers;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import sfu.load.run.Loads;
import sfu.load.run.UsageException;
import sfu.load.server.ServerProcess;

/** {@code ./sfu numbers}: what BENCHMARKS.md states. */
public final class NumbersMain {

  private static final int MEASURED = 0;
  private static final int FAILED = 1;
  private static final int WRONG_ARGUMENTS = 2;

  private static final Path USUAL_FOLDER = Path.of("load-tests/target/numbers");

  private NumbersMain() {}

  public static void main(String[] arguments) throws InterruptedException {
    Locale.setDefault(Locale.ROOT);
    System.exit(run(List.of(arguments)));
  }

  private static int run(List<String> arguments) throws InterruptedException {
    if (arguments.contains("--help") || arguments.contains("-h")) {
      System.out.print(NumbersOptions.help());
      return MEASURED;
    }
    NumbersOptions options;
    try {
      options = NumbersOptions.parse(arguments);
    } catch (UsageException e) {
      System.err.println("sfu numbers: " + e.getMessage());
      return WRONG_ARGUMENTS;
    }
    Loads loads = new Loads(System.err, System.console() != null && System.console().isTerminal());
    loads.endEarlyOnSignals(FAILED);
    Notebook notebook =
        new Notebook(options.folder().orElseGet(() -> ServerProcess.repository().resolve(USUAL_FOLDER)));
    boolean all = true;
    loads.rehearse();
    try {
      for (Experiment experiment : options.experiments()) {
        all &= !loads.isStopped() && measure(experiment, options, loads, notebook);
      }
    } catch (IOException e) {
      System.err.println("sfu numbers: what was measured can't be kept: " + e);
      return FAILED;
    }
    System.err.println("Raw numbers and plots: " + notebook.folder().toAbsolutePath().normalize());
    return all ? MEASURED : FAILED;
  }

  /** Whether it came to its end: what keeps one experiment from its numbers may leave the others theirs. */
  private static boolean measure(Experiment experiment, NumbersOptions options, Loads loads, Notebook notebook)
      throws IOException, InterruptedException {
    Lab lab = new Lab(options, loads);
    String command = options.command(experiment);
    String begun = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    loads.say("== " + experiment.name() + ": " + experiment.summary());
    Finding finding;
    try {
      finding = experiment.run(lab);
    } catch (UsageException | IOException | RuntimeException e) {
      String why = e.getMessage() == null ? e.toString() : e.getMessage();
      loads.say("sfu numbers: %s failed: %s".formatted(experiment.name(), why));
      notebook.addFailed(experiment, command, begun, why, lab);
      return false;
    }
    String text = notebook.add(experiment, command, begun, finding, lab);
    loads.say("");
    System.out.print(text);
    System.out.flush();
    return lab.shortfalls().isEmpty();
  }
}
