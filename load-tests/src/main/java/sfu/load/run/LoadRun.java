package sfu.load.run;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import sfu.load.client.Channel;
import sfu.load.engine.Attendee;
import sfu.load.engine.AttendeeReport;
import sfu.load.engine.LoadEngine;
import sfu.load.report.RunResult;
import sfu.load.run.Room.Member;
import sfu.protocol.signal.SessionId;

/**
 * One load at one server: who joins and leaves when, and what is looked at. The same may be measured several times with
 * more or fewer participants. For one thread, which its methods block.
 */
final class LoadRun {

  /** Who has no media by then is given up. */
  private static final long JOIN_PATIENCE_NANOS = Duration.ofSeconds(20).toNanos();

  /** Who leaves earlier may well have none. */
  private static final long CHURN_PATIENCE_NANOS = Duration.ofSeconds(5).toNanos();

  /** How long the server's statistics, and streams that are under way, may take to catch up. */
  private static final long AGREEMENT_NANOS = Duration.ofSeconds(5).toNanos();

  private static final long SAMPLE_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long POLL_NANOS = Duration.ofMillis(200).toNanos();

  /** Rates over less say nothing. */
  private static final long MIN_SAMPLE_NANOS = Duration.ofMillis(100).toNanos();

  private static final double NANOS_PER_SECOND = 1e9;

  private final Crowd crowd;
  private final double joinsPerSecond;
  private final Venue venue;
  private final LoadEngine engine;
  private final RunClock clock;
  private final Watcher watcher;

  private final String issuer = "load-" + UUID.randomUUID();
  private final List<Room> rooms = new ArrayList<>();
  private final Set<Member> unjudged = new LinkedHashSet<>();
  private final double idleRssBytes;
  private JoinCount joins = new JoinCount();
  private Ledger ledger;
  private long sampleDueNanos;
  private long lastSampleNanos;
  private int opened;
  private long sessions;
  private int churned;
  private boolean measured;
  private Map<String, String> counted = Map.of();
  private String refusal;
  private boolean refusedHere;

  /** Sees a run while it goes on. */
  interface Watcher {

    /** {@code phase} in a word or two, as "joining". */
    void onSecond(RunResult.Second second, String phase);
  }

  LoadRun(
      Crowd crowd, double joinsPerSecond, Venue venue, LoadEngine engine, RunClock clock, Watcher watcher)
      throws InterruptedException {
    this.crowd = crowd;
    this.joinsPerSecond = joinsPerSecond;
    this.venue = venue;
    this.engine = engine;
    this.clock = clock;
    this.watcher = watcher;
    Ledger.Reading first = read();
    this.idleRssBytes = first.rssBytes();
    this.ledger = new Ledger(first, idleRssBytes);
    this.lastSampleNanos = clock.nowNanos();
    this.sampleDueNanos = lastSampleNanos + SAMPLE_NANOS;
  }

  // -- coming and going -----------------------------------------------------------------------------------------------

  /**
   * Lets participants come, channel by channel, or leave, until there are so many.
   *
   * @throws Venue.UnreachableException if nobody came yet, and the server makes no channel
   */
  void resizeTo(int seats) throws InterruptedException {
    long interval = (long) (NANOS_PER_SECOND / joinsPerSecond);
    long due = clock.nowNanos();
    while (population() < seats && refusal == null) {
      passUntil(due, "joining");
      if (clock.isStopped()) {
        return;
      }
      joinNext();
      due += interval;
    }
    while (population() > seats) {
      Room last = rooms.getLast();
      forget(last, last.members().getLast());
      if (last.size() == 0) {
        rooms.removeLast();
      }
    }
  }

  int population() {
    return rooms.stream().mapToInt(Room::size).sum();
  }

  private void joinNext() throws InterruptedException {
    Optional<Room> open = rooms.stream().filter(room -> room.size() < crowd.participants()).findFirst();
    if (open.isPresent()) {
      join(open.get(), open.get().freePosition());
      return;
    }
    try {
      rooms.add(new Room(venue.open(issuer + "-" + ++opened)));
      join(rooms.getLast(), 0);
    } catch (Venue.UnreachableException e) {
      if (sessions == 0) {
        throw e;
      }
      refusal = e.getMessage();
    }
  }

  private void join(Room room, int position) {
    SessionId id = SessionId.of(++sessions);
    try {
      Attendee attendee = engine.join(crowd.seat(position, id, venue.invite(room.channel(), id)));
      Member member = new Member(attendee, position, clock.nowNanos(), room.anybodySends());
      room.add(member);
      unjudged.add(member);
    } catch (IOException e) {
      refusedHere = true;
      refusal = "this machine carries no more participants: " + e.getMessage();
    }
  }

  private void forget(Room room, Member member) {
    member.attendee().leave();
    room.remove(member);
    unjudged.remove(member);
  }

  /** Waits until everybody has media or is given up. */
  void settle() throws InterruptedException {
    while (!unjudged.isEmpty() && !clock.isStopped()) {
      passUntil(sampleDueNanos, "joining");
      RunResult.Second now = ledger.seconds().getLast();
      boolean overdue = clock.nowNanos() - unjudged.iterator().next().joinedNanos() > JOIN_PATIENCE_NANOS;
      if (now.connected() == now.attendees() || overdue) {
        judge();
      }
    }
    if (clock.isStopped()) {
      judge();
    }
  }

  private void judge() throws InterruptedException {
    for (Room room : rooms) {
      for (Member member : List.copyOf(room.members())) {
        if (unjudged.contains(member)) {
          AttendeeReport report = member.attendee().report();
          if (room.hasCome(member, report)) {
            countAsCome(member, report);
          } else if (!report.inCall() || clock.nowNanos() - member.joinedNanos() > JOIN_PATIENCE_NANOS) {
            joins.failed(report);
            forget(room, member);
          }
        }
      }
    }
  }

  private void countAsCome(Member member, AttendeeReport report) {
    unjudged.remove(member);
    if (member.heardAtOnce() && report.firstMediaNanos() >= 0) {
      joins.came(report.firstMediaNanos());
    } else {
      joins.came();
    }
  }

  /** The oldest of a channel leaves, and somebody takes its place; channels take turns. */
  private void churn() throws InterruptedException {
    Room room = rooms.get(churned++ % rooms.size());
    if (room.size() == 0) {
      return;
    }
    Member oldest = room.members().getFirst();
    if (unjudged.contains(oldest)) {
      AttendeeReport report = oldest.attendee().report();
      if (room.hasCome(oldest, report)) {
        countAsCome(oldest, report);
      } else if (clock.nowNanos() - oldest.joinedNanos() > CHURN_PATIENCE_NANOS) {
        joins.failed(report);
      }
    }
    forget(room, oldest);
    join(room, oldest.position());
  }

  /** Everybody leaves; waits until the server has seen it, so that what comes next begins at rest. */
  void leave() throws InterruptedException {
    rooms.forEach(room -> List.copyOf(room.members()).forEach(member -> forget(room, member)));
    try {
      agreement();
    } catch (Venue.UnreachableException _) {
      // Then there is nobody to have seen it.
    }
    rooms.clear();
  }

  // -- looking --------------------------------------------------------------------------------------------------------

  /** Lets media flow for so long before anything counts. */
  void warmUp(Duration duration) throws InterruptedException {
    passUntil(clock.nowNanos() + duration.toNanos(), "warming up");
  }

  /** Measures for so long: what counts. */
  void measure(Duration duration) throws InterruptedException {
    Map<String, Long> countsBefore = venue.counts();
    sample("measuring");
    ledger.begin();
    measured = true;
    long now = clock.nowNanos();
    long end = now + duration.toNanos();
    sampleDueNanos = now + SAMPLE_NANOS;
    long churnNanos =
        crowd.churnPerSecond() > 0 ? (long) (NANOS_PER_SECOND / crowd.churnPerSecond()) : Long.MAX_VALUE;
    long sinceChurn = now;
    while (clock.nowNanos() < end && !clock.isStopped()) {
      boolean churns = churnNanos < end - sinceChurn;
      passUntil(churns ? sinceChurn + churnNanos : end, "measuring");
      if (churns && !clock.isStopped()) {
        churn();
        sinceChurn += churnNanos;
      }
    }
    sample("measuring");
    ledger.end();
    counted = WorkerCounts.describe(countsBefore, venue.counts());
  }

  private void passUntil(long nanos, String phase) throws InterruptedException {
    while (!clock.isStopped()) {
      long now = clock.nowNanos();
      if (now >= sampleDueNanos) {
        sample(phase);
        sampleDueNanos = Math.max(sampleDueNanos, now - SAMPLE_NANOS) + SAMPLE_NANOS;
      }
      if (now >= nanos) {
        return;
      }
      clock.sleepUntil(Math.min(nanos, sampleDueNanos));
    }
  }

  private void sample(String phase) throws InterruptedException {
    long now = clock.nowNanos();
    if (now - lastSampleNanos >= MIN_SAMPLE_NANOS) {
      lastSampleNanos = now;
      watcher.onSecond(ledger.add(read()), phase);
    }
  }

  private Ledger.Reading read() throws InterruptedException {
    return new Ledger.Reading(engine.sample(), venue.usage());
  }

  // -- the result -----------------------------------------------------------------------------------------------------

  /**
   * What was measured since the result before. Everybody should be there still.
   *
   * @param label what distinguishes this result from the others
   * @param capacity what the load's side can do
   */
  Measured result(String label, Capacity capacity) throws InterruptedException {
    // Who came last may still be on the way.
    settle();
    List<Breach> breaches = new ArrayList<>();
    if (refusal != null) {
      breaches.add(new Breach(refusal, refusedHere));
    }
    Map<String, String> stats = new LinkedHashMap<>();
    List<AttendeeReport> reports = List.of();
    if (measured) {
      List<String> contradictions = compareCensus(stats);
      stats.putAll(counted);
      Presence presence = presence();
      reports = presence.reports();
      // Who isn't there as it should be is counted otherwise for that alone.
      boolean explained = !presence.problems().isEmpty();
      contradictions.forEach(contradiction -> breaches.add(new Breach(contradiction, explained)));
      breaches.addAll(presence.problems());
    }
    RunResult.Total total = ledger.total(joins);
    breaches.addAll(Criteria.judge(total, joins));
    ledger.defects().forEach(defect -> breaches.add(new Breach("a defect of the load itself: " + defect, false)));
    List<RunResult.Second> seconds = ledger.counted();
    Measured result =
        new Measured(
            new RunResult(venue.name(), label, ledger.seconds(), total, stats, reports, List.of(), List.of()),
            breaches,
            new Part(ledger.window(), seconds),
            !ledger.limits().isEmpty(),
            bottleneck(capacity, seconds));
    ledger = new Ledger(ledger.last(), idleRssBytes);
    joins = new JoinCount();
    measured = false;
    refusal = null;
    refusedHere = false;
    return result;
  }

  private Optional<String> bottleneck(Capacity capacity, List<RunResult.Second> seconds) {
    if (refusedHere) {
      return Optional.of(refusal);
    }
    // Who couldn't join, joined before the part that counts.
    List<String> whileJoining = joins.failures().isEmpty() ? List.of() : ledger.limitsOfTheRamp();
    return Stream.concat(ledger.limits().stream(), whileJoining.stream()).findFirst()
        .or(() -> ledger.defects().stream().reduce((_, last) -> last))
        .or(() -> capacity.exhaustedBy(seconds));
  }

  private List<String> compareCensus(Map<String, String> stats) throws InterruptedException {
    List<Venue.Census> said;
    try {
      said = agreement();
    } catch (Venue.UnreachableException e) {
      return List.of(e.getMessage());
    }
    Venue.Census here = rooms.stream().map(Room::census).reduce(Venue.Census.NONE, Venue.Census::plus);
    Venue.Census there = said.stream().reduce(Venue.Census.NONE, Venue.Census::plus);
    stats.put("sessions", there.sessions() + " of " + here.sessions());
    stats.put("cameras", there.cameras() + " of " + here.cameras());
    stats.put("screens", there.screens() + " of " + here.screens());
    stats.put("incoming", "%.2f Mbit/s".formatted(there.incomingBps() / 1e6));
    List<String> problems = new ArrayList<>();
    for (int i = 0; i < rooms.size(); i++) {
      if (!said.get(i).agreesWith(rooms.get(i).census())) {
        problems.add(
            "/v1/stats counts %s in channel %d; there are %s"
                .formatted(said.get(i), i + 1, rooms.get(i).census()));
      }
    }
    return problems;
  }

  /** What the server says of each room, once that agrees, or after a while if it never does. */
  private List<Venue.Census> agreement() throws InterruptedException {
    List<Channel> channels = rooms.stream().map(Room::channel).toList();
    List<Venue.Census> expected = rooms.stream().map(Room::census).toList();
    long deadline = clock.nowNanos() + AGREEMENT_NANOS;
    while (true) {
      List<Venue.Census> said = venue.census(channels);
      boolean agrees = true;
      for (int i = 0; i < said.size(); i++) {
        agrees &= said.get(i).agreesWith(expected.get(i));
      }
      if (agrees || clock.nowNanos() > deadline) {
        return said;
      }
      clock.sleepUntil(clock.nowNanos() + POLL_NANOS);
    }
  }

  /** Who gets what, once everybody gets all, or after a while if that never is. */
  private Presence presence() throws InterruptedException {
    long deadline = clock.nowNanos() + AGREEMENT_NANOS;
    while (true) {
      Presence presence = Presence.of(rooms);
      if (presence.problems().isEmpty() || clock.nowNanos() > deadline) {
        return presence;
      }
      clock.sleepUntil(clock.nowNanos() + POLL_NANOS);
    }
  }

  /** Removes those from the rooms who were lost, so that others may come in their place. */
  void forgetLost() throws InterruptedException {
    for (Room room : rooms) {
      for (Member member : List.copyOf(room.members())) {
        if (!member.attendee().report().inCall()) {
          forget(room, member);
        }
      }
    }
  }
}
