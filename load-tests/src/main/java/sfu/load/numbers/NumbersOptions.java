package sfu.load.numbers;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import sfu.load.run.UsageException;
import sfu.load.run.Values;

/**
 * What a command line asks for.
 *
 * @param experiments in the order in which they run
 * @param rounds how often each is measured
 * @param duration of what is measured in each run; empty for the usual one of each experiment
 * @param folder for plots and raw numbers; empty for the usual one
 * @param quick whether it is only to be seen that all run: its numbers mean nothing
 */
record NumbersOptions(
    List<Experiment> experiments, int rounds, Optional<Duration> duration, Optional<Path> folder, boolean quick) {

  private static final int USUAL_ROUNDS = 3;
  private static final int MAX_ROUNDS = 100;

  /** @throws UsageException if it can't be followed, with the one line that says why */
  static NumbersOptions parse(List<String> arguments) throws UsageException {
    Set<Experiment> named = new LinkedHashSet<>();
    Optional<Integer> rounds = Optional.empty();
    Optional<Duration> duration = Optional.empty();
    Optional<Path> folder = Optional.empty();
    boolean quick = false;
    for (int i = 0; i < arguments.size(); i++) {
      String typed = arguments.get(i);
      switch (typed) {
        case "--rounds" ->
            rounds = Optional.of(Values.count(typed, valueOf(arguments, i++, "N"), 1, MAX_ROUNDS));
        case "--duration" -> duration = Optional.of(Values.time(typed, valueOf(arguments, i++, "TIME")));
        case "--out" -> folder = Optional.of(Path.of(valueOf(arguments, i++, "FOLDER")));
        case "--quick" -> quick = true;
        default -> named.add(experiment(typed));
      }
    }
    if (quick && (rounds.isPresent() || duration.isPresent())) {
      throw new UsageException("--quick has rounds and a duration of its own: one, and seconds");
    }
    return new NumbersOptions(
        named.isEmpty() ? Experiments.usual() : List.copyOf(named),
        quick ? 1 : rounds.orElse(USUAL_ROUNDS),
        duration,
        folder,
        quick);
  }

  private static Experiment experiment(String typed) throws UsageException {
    if (typed.startsWith("-")) {
      throw new UsageException(typed + " is unknown; --help lists what is possible");
    }
    return Experiments.named(typed)
        .orElseThrow(
            () -> new UsageException("there is no " + typed + ": " + Experiments.names() + " can be measured"));
  }

  private static String valueOf(List<String> arguments, int option, String what) throws UsageException {
    if (option + 1 == arguments.size() || arguments.get(option + 1).startsWith("--")) {
      throw new UsageException(arguments.get(option) + " needs a value: " + what);
    }
    return arguments.get(option + 1);
  }

  /** What a person types to get one of the experiments again. */
  String command(Experiment experiment) {
    List<String> words = new ArrayList<>(List.of("./sfu numbers", experiment.name()));
    if (quick) {
      words.add("--quick");
    } else {
      words.add("--rounds " + rounds);
      duration.ifPresent(time -> words.add("--duration " + time.toSeconds() + "s"));
    }
    return String.join(" ", words);
  }

  static String help() {
    return """
        usage: ./sfu numbers [NAME…] [OPTION…]

        Measures what load-tests/BENCHMARKS.md states, at servers of ours that it starts itself, and prints it as tables
        in Markdown. Nothing else should run on the machine. Of the shell's variables only SFU_JAVA_OPTS reaches those
        servers. Ctrl-C ends it early with the tables and the numbers.json of what was measured until then; a second
        time ends it at once. Neither leaves a server behind.

        %s
          --rounds N
              how often each is measured: tables have medians and what they lie between; 3 by default
              as in: ./sfu numbers cost --rounds 5
          --duration TIME
              of what is measured in each run; by default 30s, of memory 40s, of joins 5s once all are there, of churn
              30m. The looks of a search for the limit take 8s whatever is asked for
              as in: ./sfu numbers churn --duration 2h
          --out FOLDER
              where numbers.json and the plots go; load-tests/target/numbers by default
              as in: ./sfu numbers memory joins --out out/
          --quick
              one round of seconds: whether all of it runs. Its numbers mean nothing
              as in: ./sfu numbers --quick

        Exit code: 0 if all was measured, whatever the verdicts, 1 if an experiment failed, 2 for wrong arguments.
        """
        .formatted(
            Experiments.all().stream()
                .map(one -> "  %-8s %s%n".formatted(one.name(), one.summary()))
                .collect(Collectors.joining()));
  }
}
