package sfu.load.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the command line asks for.
 *
 * @param json where the results go too, or null
 * @param only these scenarios; empty for all
 */
record BenchOptions(boolean help, boolean full, boolean quick, Path json, List<Scenario> only) {

  static final String USAGE =
      """
      usage: ./sfu bench [--full] [--quick] [--only SCENARIO[,…]] [--json FILE]

        --full       every scenario with every cipher and both kinds of sockets: about 20 minutes
        --quick      a few seconds a line: whether it runs and what it allocates; its times mean nothing
        --only LIST  these scenarios alone, by name or as the table calls them, each as it usually is unless
                     --full says otherwise: --only meeting,webinar or --only "meeting of 8,1→50"; there are:
                       %s
        --json FILE  writes the results there too
      """
          .formatted(
              Stream.of(Scenario.values())
                  .map(scenario -> "%-20s  %s".formatted(nameOf(scenario), scenario.title()))
                  .collect(Collectors.joining("\n                 ")));

  /** @throws IllegalArgumentException in words for the person who typed it */
  static BenchOptions parse(String... args) {
    boolean help = false;
    boolean full = false;
    boolean quick = false;
    Path json = null;
    List<Scenario> only = List.of();
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--full" -> full = true;
        case "--quick" -> quick = true;
        case "--json" -> json = Path.of(valueOf("--json", "a file", args, ++i));
        case "--only" -> only = scenarios(valueOf("--only", "scenarios", args, ++i));
        case "--help", "-h" -> help = true;
        default -> throw new IllegalArgumentException("unknown: " + args[i] + "; ./sfu bench --help tells what there is");
      }
    }
    return new BenchOptions(help, full, quick, json, only);
  }

  private static String valueOf(String option, String what, String[] args, int at) {
    if (at >= args.length) {
      throw new IllegalArgumentException(option + " needs " + what);
    }
    return args[at];
  }

  /** Titles may have commas in them, and begin with other titles. */
  private static List<Scenario> scenarios(String list) {
    List<Scenario> found = new ArrayList<>();
    String rest = list.strip();
    do {
      String begin = rest.toLowerCase(Locale.ROOT);
      String label = longestLabel(begin).orElseThrow(() -> unknown(begin));
      Stream.of(Scenario.values()).filter(scenario -> labels(scenario).contains(label)).forEach(found::add);
      rest = rest.substring(label.length()).strip();
      rest = rest.startsWith(",") ? rest.substring(1).strip() : rest;
    } while (!rest.isEmpty());
    return found.stream().distinct().toList();
  }

  private static Optional<String> longestLabel(String begin) {
    return Arrays.stream(Scenario.values())
        .flatMap(scenario -> labels(scenario).stream())
        .filter(label -> begin.startsWith(label) && begin.substring(label.length()).strip().matches("(,.*)?"))
        .max(Comparator.comparingInt(String::length));
  }

  private static IllegalArgumentException unknown(String begin) {
    return new IllegalArgumentException(
        "no scenario is called \"" + begin.split(",", 2)[0].strip() + "\"; there are: "
            + Arrays.stream(Scenario.values()).map(BenchOptions::nameOf).collect(Collectors.joining(", ")));
  }

  private static List<String> labels(Scenario scenario) {
    return Stream.of(nameOf(scenario), scenario.name(), scenario.title())
        .map(label -> label.toLowerCase(Locale.ROOT))
        .toList();
  }

  private static String nameOf(Scenario scenario) {
    return scenario.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What is to be measured. */
  List<BenchCase> cases() {
    List<BenchCase> cases = full ? BenchCase.all() : quick || !only.isEmpty() ? BenchCase.usual() : BenchCase.main();
    return only.isEmpty() ? cases : cases.stream().filter(one -> only.contains(one.scenario())).toList();
  }

  Bench.Effort effort() {
    return quick ? Bench.Effort.QUICK : Bench.Effort.MEASURE;
  }
}
