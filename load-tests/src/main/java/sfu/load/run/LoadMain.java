package sfu.load.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import sfu.load.report.LoadResult;
import sfu.load.report.ReportFolder;
import sfu.load.server.ServerProcess;

/** {@code ./sfu load}: how many participants a server carries, at what quality, at what cost. */
public final class LoadMain {

  /** All criteria held. */
  static final int WELL = 0;

  /** A criterion broke. */
  static final int BROKE = 1;

  /** It couldn't be tried: wrong arguments, or no server. */
  static final int NOT_TRIED = 2;

  /** A criterion broke, and the load's own side may have broken it. */
  static final int UNDECIDED = 3;

  private static final Path USUAL_FOLDER = Path.of("load-tests/target/load-report");

  private LoadMain() {}

  public static void main(String[] arguments) throws InterruptedException {
    Locale.setDefault(Locale.ROOT);
    System.exit(run(List.of(arguments)));
  }

  private static int run(List<String> arguments) throws InterruptedException {
    if (arguments.contains("--help") || arguments.contains("-h")) {
      System.out.print(Option.help());
      return WELL;
    }
    LoadOptions options;
    try {
      options = OptionParser.parse(arguments, System.getenv());
    } catch (UsageException e) {
      return fail(e.getMessage());
    }
    RunClock.System clock = new RunClock.System();
    boolean terminal = System.console() != null && System.console().isTerminal();
    LiveLine live = new LiveLine(System.err, terminal);
    LoadCommand command = new LoadCommand(options, clock, live);
    // However this process ends, with its terminal say: nothing that it began stays.
    Runtime.getRuntime().addShutdownHook(new Thread(command::abandon, "abandon"));
    new EarlyEnd(clock, live, "the report is on its way (again: at once, without one)", () -> System.exit(NOT_TRIED))
        .onSignals();
    if (options.engine() == EngineKind.WIRE) {
      Rehearsal.hold(clock, live);
    }
    return run(options, command, live);
  }

  static int run(LoadOptions options, RunClock clock, LiveLine live) throws InterruptedException {
    return run(options, new LoadCommand(options, clock, live), live);
  }

  private static int run(LoadOptions options, LoadCommand command, LiveLine live) throws InterruptedException {
    ResultHead head = ResultHead.now(options);
    try {
      LoadCommand.Outcome outcome = command.run();
      LoadResult result = head.with(outcome);
      live.say("");
      System.out.print(Summary.of(result, !(options.mode() instanceof LoadOptions.Mode.FindLimit)));
      Path page = ReportFolder.write(options.report().orElseGet(LoadMain::usualFolder), result);
      System.out.println("Report: " + page.toAbsolutePath().normalize());
      return switch (outcome.verdict()) {
        case HELD -> WELL;
        case UNDECIDED -> UNDECIDED;
        case BROKE -> BROKE;
      };
    } catch (Venue.UnreachableException | StoppedException | IOException e) {
      return fail(e.getMessage());
    }
  }

  private static Path usualFolder() {
    return ServerProcess.repository().resolve(USUAL_FOLDER);
  }

  private static int fail(String why) {
    System.err.println("sfu load: " + why);
    return NOT_TRIED;
  }
}
