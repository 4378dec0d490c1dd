package sfu.load.numbers;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sfu.load.bench.Bench;
import sfu.load.bench.Cost;
import sfu.load.bench.Scenario;
import sfu.load.run.LoadedServer;
import sfu.load.run.Loads;
import sfu.load.run.ServerSettings;
import sfu.load.run.UsageException;

/** What one experiment runs its loads with; keeps all that came of them. For one thread. */
final class Lab {

  private static final Duration QUICK = Duration.ofSeconds(3);

  private final NumbersOptions options;
  private final Loads loads;
  private final List<Trial> trials = new ArrayList<>();
  private final Map<String, Cost> costs = new LinkedHashMap<>();
  private String round = "";

  Lab(NumbersOptions options, Loads loads) {
    this.options = options;
    this.loads = loads;
  }

  /** Somebody had enough: an experiment that isn't complete has no numbers. */
  static final class StoppedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StoppedException() {
      super("ended early, by request");
    }
  }

  int rounds() {
    return options.rounds();
  }

  /** Whether it is only to be seen that it runs. */
  boolean isQuick() {
    return options.quick();
  }

  /** The one of those that the size of this run asks for. */
  <T> T pick(T usual, T quick) {
    return isQuick() ? quick : usual;
  }

  /** As an option of a load: what was asked for, or else this. */
  String duration(Duration usual) {
    return seconds(options.duration().orElse(usual));
  }

  /** How long the server's compiler gets before anything counts. */
  String warmUp(Duration usual) {
    return seconds(usual);
  }

  /** How long each look of a search for the limit takes. */
  String step() {
    return pick("10s", "1s");
  }

  private String seconds(Duration time) {
    return (isQuick() ? QUICK : time).toSeconds() + "s";
  }

  /** {@code number}: 1 the first. */
  void beginRound(int number) {
    round = rounds() == 1 ? "" : "round %d of %d, ".formatted(number, rounds());
  }

  /** What comes now, comes once. */
  void endRounds() {
    round = "";
  }

  void say(String text) {
    loads.say(round + text);
  }

  LoadedServer start(ServerSettings settings) throws IOException, InterruptedException {
    return loads.start(settings);
  }

  /**
   * Drives a load at a server of its own.
   *
   * @param label what the tables call it
   * @param load options of {@code ./sfu load}, with blanks between them
   */
  Trial drive(ServerSettings settings, String label, String load)
      throws UsageException, IOException, InterruptedException {
    try (LoadedServer server = start(settings)) {
      return drive(server, label, load);
    }
  }

  /** The same at a server that goes on. */
  Trial drive(LoadedServer server, String label, String load)
      throws UsageException, IOException, InterruptedException {
    if (loads.isStopped()) {
      throw new StoppedException();
    }
    Trial trial = new Trial(round + label, server.load(round + label, List.of(load.split(" "))));
    trials.add(trial);
    if (loads.isStopped()) {
      throw new StoppedException();
    }
    return trial;
  }

  /** Measures the packet path by itself, next to the loop without an SFU. */
  Cost bench(Scenario scenario) throws IOException {
    if (loads.isStopped()) {
      throw new StoppedException();
    }
    say("bench: " + scenario.title());
    Cost cost = Bench.measure(scenario);
    costs.put(round + scenario.title(), cost);
    return cost;
  }

  /** All that were driven, in their order. */
  List<Trial> trials() {
    return List.copyOf(trials);
  }

  /** All that the bench measured, by round and case. */
  Map<String, Cost> costs() {
    return Collections.unmodifiableMap(new LinkedHashMap<>(costs));
  }
}
