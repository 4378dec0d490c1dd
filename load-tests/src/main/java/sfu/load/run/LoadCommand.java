package sfu.load.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import sfu.load.engine.LoadEngine;
import sfu.load.nativepeer.NativeEngine;
import sfu.load.report.LoadResult.Ratio;
import sfu.load.report.RunResult;
import sfu.load.wire.WireEngine;

/** Does what the options ask for, from servers to runs. For one thread. */
final class LoadCommand {

  private static final double BYTES_PER_KB = 1e3;

  private final LoadOptions options;
  private final RunClock clock;
  private final LiveLine live;
  private final List<RunResult> runs = new ArrayList<>();
  private final List<String> findings = new ArrayList<>();
  private final List<Part> parts = new ArrayList<>();
  private List<Ratio> comparison = List.of();
  private Limit limit;
  private String pinned = "";
  private Verdict verdict = Verdict.HELD;
  private int threads;
  private volatile Pinning pinning;
  private LoadedServer.Glance glance = () -> {};

  /**
   * What came of it.
   *
   * @param runs those of the command that came to an end, early or not
   * @param parts of each of them, the one that counts
   * @param findings sentences for the top
   * @param limit what a search found
   * @param verdict the worst of all runs; of a search, which is to break something, that of its first step
   * @param pinned what was done about cores
   * @param threads of the engine, if it is one with threads
   */
  record Outcome(
      List<RunResult> runs,
      List<Part> parts,
      List<String> findings,
      Optional<Limit> limit,
      List<Ratio> comparison,
      Verdict verdict,
      String pinned,
      int threads) {}

  LoadCommand(LoadOptions options, RunClock clock, LiveLine live) {
    this.options = options;
    this.clock = clock;
    this.live = live;
  }

  /**
   * @throws Venue.UnreachableException if a server doesn't answer to begin with
   * @throws StoppedException if somebody had enough before a server of ours had started
   * @throws IOException if a server of ours can't be started, or this machine has no room for an engine
   */
  Outcome run() throws IOException, InterruptedException {
    options.fitted().ifPresent(why -> {
      live.say(why);
      findings.add(why);
    });
    if (options.server().isPresent()) {
      drive(ServerVenue.of(options.server().get()));
    } else {
      live.say("starting a server");
      ServerSettings settings = ServerSettings.of(options.workers(), options.crowd().participants());
      try (OwnServer own = OwnServer.start(settings, clock)) {
        driveOwn(own);
      }
    }
    return outcome();
  }

  /** The same at a server of ours that runs already, and goes on. {@code atTheEnd} of each run but a search's. */
  Outcome runAt(OwnServer own, LoadedServer.Glance atTheEnd) throws IOException, InterruptedException {
    glance = atTheEnd;
    driveOwn(own);
    return outcome();
  }

  private void driveOwn(OwnServer own) throws IOException, InterruptedException {
    drive(own.venue());
    if (!own.isAlive()) {
      findings.add("The server ended by itself; the last it said: " + lastLines(own.logged()));
    }
  }

  private Outcome outcome() {
    if (clock.isStopped()) {
      findings.addFirst("Ended early, by request: these are the numbers until then.");
    }
    return new Outcome(
        runs, parts, findings, Optional.ofNullable(limit), comparison, verdict, pinned, threads);
  }

  private void drive(ServerVenue server) throws IOException, InterruptedException {
    server.greet();
    boolean known = !server.processes().isEmpty();
    try (Pinning plan = Pinning.plan(options.pin(), options.workers(), known)) {
      pinning = plan;
      plan.pinServer(server.processes());
      plan.pinLoad(List.of(ProcessHandle.current().pid()));
      switch (options.mode()) {
        case LoadOptions.Mode.Once() -> once(server, plan);
        case LoadOptions.Mode.FindLimit find -> findLimit(server, plan, find);
        case LoadOptions.Mode.Compare compare -> compare(server, plan, compare);
      }
      pinned = plan.describe();
    }
  }

  /**
   * Ends the processes that it started at once, and gives others back what it took. From any thread, when this process
   * ends; nothing is left to do if it ended by itself.
   */
  void abandon() {
    EarlyEnd.endDescendants();
    Pinning begun = pinning;
    if (begun != null) {
      try {
        begun.close();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static String lastLines(String log) {
    List<String> lines = log.lines().toList();
    return String.join(" / ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
  }

  private LoadEngine openEngine(Pinning pinning) throws IOException {
    return switch (options.engine()) {
      case WIRE -> {
        threads = options.threads() > 0 ? options.threads() : pinning.loadCores();
        yield new WireEngine(threads);
      }
      case NATIVE -> NativeEngine.start();
    };
  }

  private Capacity capacity(Pinning pinning) {
    return switch (options.engine()) {
      case WIRE -> new Capacity(Math.min(threads, pinning.loadCores()));
      case NATIVE -> new Capacity(pinning.loadCores());
    };
  }

  private LoadRun begin(Venue venue, LoadEngine engine) throws InterruptedException {
    return new LoadRun(options.crowd(), options.joinsPerSecond(), venue, engine, clock, live);
  }

  // -- modes ----------------------------------------------------------------------------------------------------------

  private void once(Venue venue, Pinning pinning) throws IOException, InterruptedException {
    Measured measured = runThrough(venue, pinning, "");
    OptionalDouble growth = Growth.bytesPerMinute(measured.part().seconds());
    if (growth.isPresent()) {
      findings.add(
          "The server's memory changed by %+.0f KB a minute, fitted after the first %.0f s."
              .formatted(growth.getAsDouble() / BYTES_PER_KB, Growth.WARM_UP_SECONDS));
    }
  }

  private Measured runThrough(Venue venue, Pinning pinning, String label)
      throws IOException, InterruptedException {
    try (LoadEngine engine = openEngine(pinning)) {
      LoadRun run = begin(venue, engine);
      run.resizeTo(options.crowd().seats());
      run.settle();
      run.warmUp(options.warmUp());
      Bystanders bystanders = new Bystanders(venue);
      if (!clock.isStopped()) {
        run.measure(options.duration());
      }
      Measured measured = run.result(label, capacity(pinning)).alsoBecause(bystanders.disturbance());
      add(measured.judged(), measured);
      verdict = verdict.orWorse(measured.verdict());
      glance.look();
      run.leave();
      return measured;
    }
  }

  private void add(RunResult result, Measured measured) {
    runs.add(result);
    parts.add(measured.part());
  }

  private void compare(ServerVenue first, Pinning pinning, LoadOptions.Mode.Compare compare)
      throws IOException, InterruptedException {
    ServerVenue second = ServerVenue.of(compare.other());
    second.greet();
    pinning.pinServer(second.processes());
    for (int round = 1; round <= compare.rounds() && !clock.isStopped(); round++) {
      for (ServerVenue venue : List.of(first, second)) {
        if (!clock.isStopped()) {
          live.entitle("round %d of %d, %s".formatted(round, compare.rounds(), venue.name()));
          String label = "round " + round;
          runThrough(venue, pinning, label);
        }
      }
    }
    comparison = Comparison.of(runs);
  }

  private void findLimit(Venue venue, Pinning pinning, LoadOptions.Mode.FindLimit find)
      throws IOException, InterruptedException {
    Crowd crowd = options.crowd();
    LimitSearch search = new LimitSearch(crowd.firstLevel());
    try (LoadEngine engine = openEngine(pinning)) {
      LoadRun run = begin(venue, engine);
      LimitFinding finding = new LimitFinding(crowd, options.engine() == EngineKind.WIRE);
      for (OptionalInt level = search.next(); level.isPresent() && !clock.isStopped(); level = search.next()) {
        String label = crowd.levelTitle(level.getAsInt());
        live.entitle(label);
        run.forgetLost();
        run.resizeTo(crowd.seatsAt(level.getAsInt()));
        run.settle();
        if (runs.isEmpty()) {
          run.warmUp(options.warmUp());
        }
        if (clock.isStopped()) {
          break;
        }
        Bystanders bystanders = new Bystanders(venue);
        run.measure(find.step());
        Optional<String> disturbance = bystanders.disturbance();
        Measured measured =
            finding.looked(level.getAsInt(), run.result(label, capacity(pinning)).alsoBecause(disturbance));
        if (runs.isEmpty()) {
          verdict = measured.verdict();
        }
        add(measured.step(), measured);
        live.say(label + ": " + finding.lastLook());
        if (measured.mayGrow()) {
          search.passed(measured.headroom(pinning.serverCores(options.workers()), capacity(pinning).cores()));
        } else {
          search.broke(disturbance.isPresent());
        }
      }
      findings.addAll(finding.conclude(search, clock.isStopped()));
      limit = finding.limit(search);
      run.leave();
    }
  }
}
