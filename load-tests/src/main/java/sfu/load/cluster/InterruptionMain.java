package sfu.load.cluster;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import sfu.load.wire.Behaviour;
import sfu.load.wire.GapReport;

/** {@code ./sfu interruptions}: lets things happen to calls, and prints the silences that everybody heard. */
public final class InterruptionMain {

  private static final int WRONG_ARGUMENTS = 2;

  private static final String HELP =
      """
      usage: ./sfu interruptions [NAME…] [ours] [stock] [--logs]

      Starts three nodes, lets people talk, does something to one of the nodes, and prints the longest silence that
      anybody heard of anybody. By default all of it, with our client and the deployed one in one call.

        NAME          one of %s
        ours, stock   only clients of this kind
        --logs        also what the nodes logged, and the longest silences one by one
      """;

  private InterruptionMain() {}

  /** Names of interruptions, {@code ours}, {@code stock} or {@code --logs}. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Set<Interruption> chosen = new TreeSet<>();
    Set<Behaviour> behaviours = new TreeSet<>();
    boolean logs = false;
    for (String argument : arguments) {
      switch (argument) {
        case "ours" -> behaviours.add(Behaviour.OURS);
        case "stock" -> behaviours.add(Behaviour.STOCK);
        case "--logs" -> logs = true;
        case "--help" -> {
          System.out.print(HELP.formatted(names()));
          return;
        }
        default -> {
          try {
            chosen.add(Interruption.valueOf(argument.toUpperCase(Locale.ROOT).replace('-', '_')));
          } catch (IllegalArgumentException _) {
            System.err.println(
                "sfu interruptions: takes ours, stock, --logs and any of " + names() + "; not " + argument);
            System.exit(WRONG_ARGUMENTS);
          }
        }
      }
    }
    run(
        chosen.isEmpty() ? List.of(Interruption.values()) : List.copyOf(chosen),
        behaviours.isEmpty() ? List.of(Behaviour.OURS, Behaviour.STOCK) : List.copyOf(behaviours),
        logs);
  }

  private static String names() {
    return Arrays.stream(Interruption.values())
        .map(each -> each.name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .collect(Collectors.joining(", "));
  }

  private static void run(List<Interruption> interruptions, List<Behaviour> behaviours, boolean logs)
      throws IOException, InterruptedException {
    List<GapReport> reports = new ArrayList<>();
    int done = 0;
    for (Interruption interruption : interruptions) {
      System.err.printf("%d of %d: %s%n", ++done, interruptions.size(), interruption.title());
      InterruptionRun.Result result = InterruptionRun.of(interruption, behaviours);
      reports.addAll(result.gaps());
      result.gaps().forEach(report -> System.out.print(report.people()));
      if (logs) {
        System.out.println(result.logs());
        result.gaps().forEach(report -> report.worst(20).forEach(System.out::println));
      }
    }
    System.out.print(GapReport.table(reports));
    System.exit(0);
  }
}
