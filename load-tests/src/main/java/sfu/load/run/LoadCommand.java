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
  private int threads;

  /**
   * What came of it.
   *
   * @param runs those of the command that came to an end, early or not
   * @param parts of each of them, the one that counts
   * @param findings sentences for the top
   * @param limit what a search found
   * @param allWell whether all criteria held; of a search, which is to break them, whether they did at first
   * @param pinned what was done about cores
   * @param threads of the engine, if it is one with threads
   */
  record Outcome(
      List<RunResult> runs,
      List<Part> parts,
      List<String> findings,
      Optional<Limit> limit,
      List<Ratio> comparison,
      boolean allWell,
      String pinned,
      int threads) {}

  LoadCommand(LoadOptions options, RunClock clock, LiveLine live) {
    this.options = options;
    this.clock = clock;
    this.live = live;
  }

  /**
   * @throws Venue.UnreachableException if a server doesn't answer to begin with
   * @throws IOException if a server of ours can't be started, or this machine has no room for an engine
   */
  Outcome run() throws IOException, InterruptedException {
    if (options.server().isPresent()) {
      drive(ServerVenue.of(options.server().get()));
    } else {
      live.say("starting a server");
      try (OwnServer own = OwnServer.start(ServerSettings.of(options.workers(), options.crowd().participants()))) {
        driveOwn(own);
      }
    }
    return outcome();
  }

  /** The same at a server of ours that runs already, and goes on. */
  Outcome runAt(OwnServer own) throws IOException, InterruptedException {
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
        runs, parts, findings, Optional.ofNullable(limit), comparison, allWell(), pinned, threads);
  }

  private void drive(ServerVenue server) throws IOException, InterruptedException {
    server.greet();
    boolean known = !server.processes().isEmpty();
    try (Pinning pinning = Pinning.plan(options.pin(), options.workers(), known)) {
      pinning.pinServer(server.processes());
      pinning.pinLoad(List.of(ProcessHandle.current().pid()));
      switch (options.mode()) {
        case LoadOptions.Mode.Once() -> once(server, pinning);
        case LoadOptions.Mode.FindLimit find -> findLimit(server, pinning, find);
        case LoadOptions.Mode.Compare compare -> compare(server, pinning, compare);
      }
      pinned = pinning.describe();
    }
  }

  private boolean allWell() {
    List<RunResult> judged =
        options.mode() instanceof LoadOptions.Mode.FindLimit ? runs.subList(0, Math.min(1, runs.size())) : runs;
    return judged.stream().allMatch(run -> run.problems().isEmpty());
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
    LoadRun.Measured measured = runThrough(venue, pinning, "");
    measured.bottleneck().ifPresent(why -> findings.add("The server may not be what was measured: " + why + "."));
    OptionalDouble growth = Growth.bytesPerMinute(measured.counted());
    if (growth.isPresent()) {
      findings.add(
          "The server's memory changed by %+.0f KB a minute, fitted after the first %.0f s."
              .formatted(growth.getAsDouble() / BYTES_PER_KB, Growth.WARM_UP_SECONDS));
    }
  }

  private LoadRun.Measured runThrough(Venue venue, Pinning pinning, String label)
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
      LoadRun.Measured measured = run.result(label, capacity(pinning)).alsoBecause(bystanders.disturbance());
      add(measured);
      run.leave();
      return measured;
    }
  }

  private void add(LoadRun.Measured measured) {
    runs.add(measured.result());
    parts.add(new Part(measured.window(), measured.counted()));
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
          runThrough(venue, pinning, label)
              .bottleneck()
              .ifPresent(why -> findings.add("%s, %s: the server may not be what was measured: %s."
                  .formatted(venue.name(), label, why)));
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
        LoadRun.Measured measured = run.result(label, capacity(pinning)).alsoBecause(bystanders.disturbance());
        add(measured);
        finding.looked(level.getAsInt(), measured);
        live.say(label + ": " + finding.lastLook());
        if (measured.result().problems().isEmpty()) {
          search.passed();
        } else {
          search.broke();
        }
      }
      findings.addAll(finding.conclude(search, clock.isStopped()));
      limit = finding.limit(search);
      run.leave();
    }
  }
}
