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
import sfu.load.run.StoppedException;
import sfu.load.run.UsageException;

/** What one experiment runs its loads with; keeps all that came of them. For one thread. */
final class Lab {

  private static final Duration QUICK = Duration.ofSeconds(3);

  private final NumbersOptions options;
  private final Loads loads;
  private final List<Trial> trials = new ArrayList<>();
  private final Map<String, Cost> costs = new LinkedHashMap<>();
  private String round = "";
  private int complete;
  private final List<String> shortfalls = new ArrayList<>();

  Lab(NumbersOptions options, Loads loads) {
    this.options = options;
    this.loads = loads;
  }

  /** What is done once a round. */
  interface Round {

    void measure() throws UsageException, IOException, InterruptedException;
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
    return pick("8s", "1s");
  }

  private String seconds(Duration time) {
    return (isQuick() ? QUICK : time).toSeconds() + "s";
  }

  /**
   * Does this as often as there are rounds, or until somebody has had enough: then the round under way isn't whole, and
   * some of what it would have measured is missing.
   *
   * @throws StoppedException if that is before anything was measured
   */
  void eachRound(Round one) throws UsageException, IOException, InterruptedException {
    int before = complete;
    for (int number = 1; number <= rounds(); number++) {
      round = rounds() == 1 ? "" : "round %d of %d, ".formatted(number, rounds());
      try {
        one.measure();
      } catch (StoppedException e) {
        if (complete == before) {
          throw e;
        }
        fallShort("round %d of %d isn't whole".formatted(number, rounds()));
        return;
      } finally {
        round = "";
      }
    }
  }

  /** Somebody had enough: {@code what} is missing, in words. */
  void fallShort(String what) {
    shortfalls.add("Ended early, by request: " + what + ".");
  }

  /** What is missing because somebody had enough, in sentences. */
  List<String> shortfalls() {
    return List.copyOf(shortfalls);
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
    return drive(server, label, load, () -> {});
  }

  /** The same with a look at the server when all was measured, while everybody is there still. */
  Trial drive(LoadedServer server, String label, String load, LoadedServer.Glance atTheEnd)
      throws UsageException, IOException, InterruptedException {
    Trial trial = driveOn(server, label, load, atTheEnd);
    checkGoesOn();
    complete++;
    return trial;
  }

  /** Drives a load that says something even if it ends early. */
  Trial driveOn(LoadedServer server, String label, String load, LoadedServer.Glance atTheEnd)
      throws UsageException, IOException, InterruptedException {
    checkGoesOn();
    Trial trial = new Trial(round + label, server.load(round + label, List.of(load.split(" ")), atTheEnd));
    trials.add(trial);
    return trial;
  }

  boolean isStopped() {
    return loads.isStopped();
  }

  /** @throws StoppedException if somebody had enough */
  void checkGoesOn() {
    if (loads.isStopped()) {
      throw new StoppedException();
    }
  }

  /** Measures the packet path by itself, next to the loop without an SFU. */
  Cost bench(Scenario scenario) throws IOException {
    checkGoesOn();
    say("bench: " + scenario.title());
    Cost cost;
    try {
      cost = Bench.measure(scenario);
    } catch (IOException e) {
      // A terminal's Ctrl-C goes to the JVM that measures as well.
      checkGoesOn();
      throw e;
    }
    costs.put(round + scenario.title(), cost);
    checkGoesOn();
    complete++;
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
