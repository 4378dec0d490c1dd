package sfu.load.run;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sfu.load.report.RunResult.Total;

/** What a search for the limit has seen, and what that says in words. */
final class LimitFinding {

  /** A load that sends less than this share of what it sent at first can't keep up. */
  private static final double MIN_SENT_SHARE = 0.9;

  /**
   * A server that is full may send its viewers lower layers instead of losing packets, since their lines seem narrow to
   * it: then it carries less for each than it did.
   */
  private static final double MIN_GOT_SHARE = 0.85;

  private final Crowd crowd;
  private final boolean steady;

  /** The newest look at each level. */
  private final Map<Integer, Measured> looks = new HashMap<>();

  private double firstSentByPublisher = Double.NaN;
  private double firstGot = Double.NaN;
  private Measured last;

  /** {@code steady}: whether publishers send the same whatever the server tells them, as those with encoders don't. */
  LimitFinding(Crowd crowd, boolean steady) {
    this.crowd = crowd;
    this.steady = steady;
  }

  /** Takes a look at a level. Returns it with what only the looks before tell of it. */
  Measured looked(int level, Measured measured) {
    Total total = measured.bare().total();
    double got = total.packetsIn() / total.seconds() / crowd.seatsAt(level);
    if (Double.isNaN(firstGot)) {
      firstGot = got;
    }
    double sent = total.packetsOut() / total.seconds() / crowd.publishersAt(level);
    if (Double.isNaN(firstSentByPublisher)) {
      firstSentByPublisher = sent;
    }
    boolean sentLess = steady && measured.bottleneck().isEmpty() && sent < firstSentByPublisher * MIN_SENT_SHARE;
    boolean gotLess = steady && !sentLess && got < firstGot * MIN_GOT_SHARE;
    last =
        measured
            .alsoBecause(less(sentLess, "publisher sent", sent, firstSentByPublisher))
            .alsoBroken(less(gotLess, "participant got", got, firstGot).map(what -> new Breach(what, true)));
    looks.put(level, last);
    return last;
  }

  private static Optional<String> less(boolean is, String who, double now, double first) {
    return is
        ? Optional.of("each %s %.0f packets a second, and %.0f at first".formatted(who, now, first))
        : Optional.empty();
  }

  /** The newest look, in words. */
  String lastLook() {
    Total total = last.bare().total();
    List<String> problems = last.broken();
    return "%,.0f packets/s to participants, p99 %.1f ms, %s%s"
        .formatted(
            total.packetsIn() / total.seconds(),
            total.delay().p99(),
            problems.isEmpty() ? "holds" : "breaks: " + String.join("; ", problems),
            problems.isEmpty()
                ? ""
                : last.bottleneck().map(why -> " (not by the server alone: " + why + ")").orElse(""));
  }

  /** What is known when the search ends; {@code early}: by request. */
  List<String> conclude(LimitSearch search, boolean early) {
    List<String> findings = new ArrayList<>();
    if (search.best() > 0) {
      findings.add("%s held: %s.".formatted(levelTitle(search.best()), figures(search.best())));
    }
    if (search.broken().isEmpty()) {
      findings.add(
          early ? "No limit was found until then." : "No limit was found.");
      return findings;
    }
    int broken = search.broken().getAsInt();
    Measured look = looks.get(broken);
    String what = String.join("; ", look.broken());
    Total total = look.bare().total();
    String server =
        Double.isNaN(total.serverCpuSeconds())
            ? ""
            : " The server used %.2f cores.".formatted(total.serverCpuSeconds() / total.seconds());
    findings.add(
        look.bottleneck().isPresent()
            ? "The server's limit is unknown: at %s %s, but there the load was at its own end or disturbed: %s.%s"
                .formatted(levelTitle(broken), what, look.bottleneck().get(), server)
            : "The server's limit: at %s %s.%s".formatted(levelTitle(broken), what, server));
    return findings;
  }

  /** The same as numbers. */
  Limit limit(LimitSearch search) {
    Optional<Measured> held = Optional.ofNullable(looks.get(search.best()));
    Optional<Measured> broke =
        search.broken().isPresent() ? Optional.ofNullable(looks.get(search.broken().getAsInt())) : Optional.empty();
    return new Limit(
        search.best(),
        crowd.levelTitle(search.best()),
        held.map(look -> look.bare().total()),
        broke.map(look -> String.join("; ", look.broken())),
        broke.flatMap(Measured::bottleneck));
  }

  private String levelTitle(int level) {
    return "%s (%d participants)".formatted(crowd.levelTitle(level), crowd.seatsAt(level));
  }

  private String figures(int level) {
    Total total = looks.get(level).bare().total();
    return "%,.0f packets/s to participants, p99 of the delay %.1f ms%s"
        .formatted(
            total.packetsIn() / total.seconds(),
            total.delay().p99(),
            Double.isNaN(total.serverCpuSeconds())
                ? ""
                : ", %.2f cores of the server, %.2f µs a packet"
                    .formatted(total.serverCpuSeconds() / total.seconds(), total.microsPerPacket()));
  }
}
