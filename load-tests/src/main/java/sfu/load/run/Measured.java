package sfu.load.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import sfu.load.report.RunResult;

/**
 * What a run came to, before anybody is blamed.
 *
 * @param bare the result without problems and remarks
 * @param breaches criteria that broke
 * @param part the part that counts
 * @param full whether the engine says that this machine carries no more
 * @param bottleneck why the load itself may be what was measured; empty if it had room
 */
record Measured(
    RunResult bare, List<Breach> breaches, Part part, boolean full, Optional<String> bottleneck) {

  /** With what was seen from outside, if there is anything. */
  Measured alsoBecause(Optional<String> disturbance) {
    Optional<String> both = bottleneck.flatMap(own -> disturbance.map(other -> own + "; " + other));
    return new Measured(bare, breaches, part, full, both.or(() -> bottleneck).or(() -> disturbance));
  }

  /** With something that broke besides, if it did. */
  Measured alsoBroken(Optional<Breach> breach) {
    List<Breach> all = Stream.concat(breaches.stream(), breach.stream()).toList();
    return new Measured(bare, all, part, full, bottleneck);
  }

  /** Whether more of the same may be tried: nothing broke, and there is room for more. */
  boolean mayGrow() {
    return breaches.isEmpty() && !full;
  }

  /**
   * How many times as much the processors could carry if a packet cost as much then: the server's or the load's own,
   * whichever is full first. NaN if it isn't known what they used.
   */
  double headroom(int serverCores, int loadCores) {
    double server = serverCores * bare.total().seconds() / bare.total().serverCpuSeconds();
    double load = loadCores * bare.total().seconds() / bare.total().engineCpuSeconds();
    return Math.min(server, load);
  }

  Verdict verdict() {
    if (breaches.isEmpty()) {
      return Verdict.HELD;
    }
    return breaches.stream().allMatch(this::isExcused) ? Verdict.UNDECIDED : Verdict.BROKE;
  }

  private boolean isExcused(Breach breach) {
    return breach.byStarving() && bottleneck.isPresent();
  }

  /** All that broke, in sentences, whoever is to blame; that the machine is full if nothing else. */
  List<String> broken() {
    return breaches.isEmpty() && full ? bottleneck.stream().toList() : breaches.stream().map(Breach::what).toList();
  }

  /** The result as a single run has it: the server is blamed only for what the load can't have done itself. */
  RunResult judged() {
    List<String> remarks = new ArrayList<>();
    bottleneck.ifPresent(why -> remarks.add("The server may not be what was measured: " + why + "."));
    breaches.stream()
        .filter(this::isExcused)
        .forEach(breach -> remarks.add("Therefore not held against the server: " + breach.what() + "."));
    return with(breaches.stream().filter(breach -> !isExcused(breach)).map(Breach::what).toList(), remarks);
  }

  /** The result as a step of a search has it, which is to break something and says afterwards who did. */
  RunResult step() {
    return with(broken(), List.of());
  }

  private RunResult with(List<String> problems, List<String> remarks) {
    return new RunResult(
        bare.server(), bare.label(), bare.seconds(), bare.total(), bare.serverStats(), bare.attendees(), problems,
        remarks);
  }
}
