package sfu.load.numbers;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** All there are, in the order in which they run. */
final class Experiments {

  /** So long that it runs only when it is named. */
  private static final Experiment LONG = new ChurnExperiment();

  private static final List<Experiment> ALL =
      List.of(
          new CostExperiment(),
          new DelayExperiment(),
          new MemoryExperiment(),
          new JoinsExperiment(),
          new GrowthExperiment(),
          new WorkersExperiment(),
          LONG);

  private Experiments() {}

  static List<Experiment> all() {
    return ALL;
  }

  /** Those that run when none is named. */
  static List<Experiment> usual() {
    return ALL.stream().filter(experiment -> experiment != LONG).toList();
  }

  static Optional<Experiment> named(String name) {
    return ALL.stream().filter(experiment -> experiment.name().equals(name)).findFirst();
  }

  /** As "cost, delay and churn". */
  static String names() {
    List<String> names = ALL.stream().map(Experiment::name).toList();
    return names.subList(0, names.size() - 1).stream().collect(Collectors.joining(", ")) + " and " + names.getLast();
  }
}
