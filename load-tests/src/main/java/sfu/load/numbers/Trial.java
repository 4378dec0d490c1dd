package sfu.load.numbers;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import sfu.load.engine.AttendeeReport;
import sfu.load.report.RunResult;
import sfu.load.report.RunResult.Second;
import sfu.load.report.RunResult.Total;
import sfu.load.run.Limit;
import sfu.load.run.LoadOutcome;
import sfu.load.run.Window;

/** One load that was driven; of a search for the limit, all of it. */
record Trial(String label, LoadOutcome outcome) {

  /** How a finding begins that makes numbers doubtful. */
  private static final List<String> DOUBTS = List.of("The server ended", "Ended early");

  private static final double NANOS_PER_MILLI = 1e6;

  private RunResult run() {
    return outcome.result().runs().getFirst();
  }

  Total total() {
    return run().total();
  }

  /** All of it, the joining too. */
  List<Second> seconds() {
    return run().seconds();
  }

  /** Those of the part that counts. */
  List<Second> counted() {
    return outcome.parts().getFirst().seconds();
  }

  Window window() {
    return outcome.parts().getFirst().window();
  }

  Optional<Limit> limit() {
    return outcome.limit();
  }

  /** To participants. */
  double packetsPerSecond() {
    return total().packetsIn() / total().seconds();
  }

  double serverCores() {
    return total().serverCpuSeconds() / total().seconds();
  }

  double loadCores() {
    return total().engineCpuSeconds() / total().seconds();
  }

  /** Of each round's. */
  static List<Double> micros(List<Trial> trials) {
    return trials.stream().map(Trial::microsPerPacket).toList();
  }

  /** Of the whole server process, for each packet to a participant. */
  double microsPerPacket() {
    return total().microsPerPacket();
  }

  /** Packets that leave as one message (UDP_SEGMENT), on average; NaN if the server didn't tell. */
  double packetsPerMessage() {
    String told = run().serverStats().get("packets a message");
    return told == null ? Double.NaN : Double.parseDouble(told);
  }

  /** Streams received, the most of any second. */
  int consumers() {
    return run().seconds().stream().mapToInt(Second::streams).max().orElse(0);
  }

  /** Whether all of so many came, and were there to the end. */
  boolean isWhole(int participants) {
    return total().failed() == 0 && !counted().isEmpty() && counted().getLast().connected() == participants;
  }

  /** Whether something broke that the load can't have broken itself. */
  boolean blamesTheServer() {
    return !run().problems().isEmpty();
  }

  /** From connect to first media of all who are there, shortest first. */
  List<Double> joinMillis() {
    return run().attendees().stream()
        .map(AttendeeReport::firstMediaNanos)
        .filter(nanos -> nanos >= 0)
        .map(nanos -> nanos / NANOS_PER_MILLI)
        .sorted()
        .toList();
  }

  /** Why its numbers may not be what they seem, in sentences. A search is to break what it measures. */
  List<String> doubts() {
    Stream<String> run =
        limit().isPresent() ? Stream.empty() : Stream.concat(run().problems().stream(), run().remarks().stream());
    Stream<String> findings =
        outcome.result().findings().stream().filter(finding -> DOUBTS.stream().anyMatch(finding::startsWith));
    return Stream.concat(run, findings).toList();
  }
}
