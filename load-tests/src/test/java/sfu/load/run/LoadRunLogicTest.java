package sfu.load.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import sfu.load.engine.AttendeeReport;
import sfu.load.engine.VideoSettings;
import sfu.load.report.RunResult;

/** Who comes when and what is made of it, in virtual time. */
class LoadRunLogicTest {

  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

  private final VirtualClock clock = new VirtualClock();
  private final SimulatedVenue world = new SimulatedVenue(clock);
  private final List<String> phases = new ArrayList<>();

  @Test
  void everybodyComesAtTheRateOfTheRamp() throws InterruptedException {
    LoadRun run = run(meeting(2, 0), 4);

    run.resizeTo(16);

    assertThat(run.population()).isEqualTo(16);
    assertThat(world.channelsOpened()).isEqualTo(2);
    assertThat(clock.seconds()).isEqualTo(15 / 4.0, within(1e-6));
  }

  @Test
  void theTotalsAreThoseOfThePartThatCounts() throws InterruptedException {
    LoadRun run = run(meeting(1, 0), 2);
    RunResult result = through(run, 8);

    // Everybody gets a voice and a camera of seven others, each of 100 packets a second.
    assertThat(result.problems()).isEmpty();
    assertThat(result.total().seconds()).isEqualTo(10, within(1e-6));
    assertThat(result.total().packetsIn()).isEqualTo(8 * 7 * 2 * 100 * 10);
    assertThat(result.total().serverCpuSeconds()).isEqualTo(5, within(1e-6));
    assertThat(result.total().packetsPerServerCpuSecond()).isEqualTo(22_400, within(1e-3));
    assertThat(result.total().engineCpuSeconds()).isEqualTo(10, within(1e-6));
    assertThat(result.total().rssPerAttendee()).isEqualTo(200e3);
    assertThat(result.total().delay().p99()).isEqualTo(0.7, within(0.01));
    assertThat(result.attendees()).hasSize(8).allMatch(AttendeeReport::connected);
    assertThat(result.serverStats()).containsEntry("sessions", "8 of 8").containsEntry("cameras", "8 of 8");
    assertThat(phases).startsWith("joining").endsWith("measuring");
  }

  @Test
  void whoHadNobodyToHearCountsAsJoinedButNotItsTime() throws InterruptedException {
    RunResult.Total total = through(run(meeting(1, 0), 2), 8).total();

    assertThat(total.joined()).isEqualTo(8);
    assertThat(total.joins().max()).isEqualTo(50, within(0.1));
  }

  @Test
  void whoHasNoMediaAfterTwentySecondsIsGivenUp() throws InterruptedException {
    world.deaf = id -> id.text().equals("3");

    RunResult result = through(run(meeting(1, 0), 2), 8);

    assertThat(result.total().joined()).isEqualTo(7);
    assertThat(result.total().failed()).isEqualTo(1);
    assertThat(result.problems()).containsExactly("1 of 8 joins failed: 3 (connecting)");
    assertThat(clock.seconds()).isGreaterThan(20);
  }

  @Test
  void aServerThatCountsOthersIsContradicted() throws InterruptedException {
    world.ghosts = 1;

    RunResult result = through(run(meeting(1, 0), 2), 8);

    assertThat(result.problems())
        .containsExactly(
            "/v1/stats counts 9 sessions, 8 cameras, 0 screens in channel 1;"
                + " there are 8 sessions, 8 cameras, 0 screens");
  }

  @Test
  void lossBreaksTheCriterion() throws InterruptedException {
    world.lossShare = _ -> 0.01;

    assertThat(through(run(meeting(1, 0), 2), 8).problems()).containsExactly("loss was 1.00 %: at most 0.1 % is fine");
  }

  @Test
  void churnReplacesTheOldestAndLosesNobody() throws InterruptedException {
    RunResult result = through(run(meeting(2, 1), 4), 16);

    // One leaves and one comes each second but the last, in which the measuring ends.
    assertThat(world.everybody()).hasSize(16 + 9);
    assertThat(result.total().joined()).isEqualTo(16 + 9);
    assertThat(result.problems()).isEmpty();
    assertThat(result.attendees())
        .extracting(report -> report.id().text())
        .doesNotContain("1", "9").contains("6", "25");
  }

  @Test
  void anEndDuringTheRampLeavesAResultThatAccusesNobody() throws InterruptedException {
    clock.stopAt(1.2);
    LoadRun run = run(meeting(1, 0), 2);

    run.resizeTo(8);
    run.settle();
    Measured measured = run.result("", new Capacity(1));

    assertThat(run.population()).isEqualTo(3);
    assertThat(measured.judged().problems()).isEmpty();
    assertThat(measured.judged().seconds()).hasSize(1);
  }

  @Test
  void anEndWhileMeasuringLeavesTheNumbersUntilThen() throws InterruptedException {
    LoadRun run = run(meeting(1, 0), 8);
    run.resizeTo(8);
    run.settle();
    clock.stopAt(clock.seconds() + 3.5);
    run.measure(TEN_SECONDS);
    RunResult result = run.result("", new Capacity(2)).judged();

    assertThat(result.problems()).isEmpty();
    assertThat(result.total().seconds()).isBetween(3.0, 4.0);
    assertThat(result.attendees()).hasSize(8);
  }

  @Test
  void theLimitIsWhereTheLossBegins() throws InterruptedException {
    world.lossShare = there -> there > 5 * 8 ? 0.02 : 0;
    assertThat(limitOfMeetings())
        .satisfiesExactly(
            held -> assertThat(held).startsWith("5 channels (40 participants) held: 56,000 packets/s"),
            limit ->
                assertThat(limit)
                    .isEqualTo(
                        "The server's limit: at 6 channels (48 participants) loss was 2.00 %: at most 0.1 % is fine."
                            + " The server used 0.50 cores."));
  }

  @Test
  void aServerThatSendsLessInsteadOfLosingIsAtItsLimitToo() throws InterruptedException {
    world.sentShare = there -> there > 5 * 8 ? 0.7 : 1;
    assertThat(limitOfMeetings())
        .last()
        .isEqualTo(
            "The server's limit: at 6 channels (48 participants) each participant got 980 packets a second, and 1400 at"
                + " first. The server used 0.50 cores.");
  }

  private List<String> limitOfMeetings() throws InterruptedException {
    Crowd crowd = meeting(1, 0);
    LoadRun run = run(crowd, 100);
    LimitSearch search = new LimitSearch(crowd.firstLevel());
    LimitFinding finding = new LimitFinding(crowd, true);
    for (OptionalInt level = search.next(); level.isPresent(); level = search.next()) {
      run.resizeTo(crowd.seatsAt(level.getAsInt()));
      run.settle();
      run.measure(TEN_SECONDS);
      if (finding.looked(level.getAsInt(), run.result("", new Capacity(1000))).mayGrow()) {
        search.passed(Double.NaN);
      } else {
        search.broke(false);
      }
    }
    return finding.conclude(search, false);
  }

  @Test
  void aLimitOfTheLoadIsNotCalledOneOfTheServer() throws InterruptedException {
    world.lossShare = _ -> 0.02;
    Crowd crowd = meeting(1, 0);
    LoadRun run = run(crowd, 100);
    LimitSearch search = new LimitSearch(1);
    LimitFinding finding = new LimitFinding(crowd, true);
    run.resizeTo(8);
    run.settle();
    for (int look = 0; look < 2; look++) {
      run.measure(TEN_SECONDS);
      finding.looked(1, run.result("", new Capacity(1)));
      search.broke(false);
    }

    assertThat(finding.conclude(search, false))
        .singleElement()
        .asString()
        .startsWith("The server's limit is unknown: at 1 channel (8 participants) loss was 2.00 %")
        .endsWith("the load was at its own end or disturbed: it used 1.00 of the 1 cores that it has."
            + " The server used 0.50 cores.");
  }

  @Test
  void aMachineThatIsFullIsToBlameForWhatItCanBreakItself() throws InterruptedException {
    world.lossShare = _ -> 0.01;
    world.limits = _ -> List.of("this machine carries about 2 of them");

    Measured measured = measure(run(meeting(1, 0), 2), 8);

    assertThat(measured.verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(measured.mayGrow()).isFalse();
    assertThat(measured.judged().problems()).isEmpty();
    assertThat(measured.judged().remarks())
        .containsExactly(
            "The server may not be what was measured: this machine carries about 2 of them.",
            "Therefore not held against the server: loss was 1.00 %: at most 0.1 % is fine.");
    assertThat(measured.step().problems()).containsExactly("loss was 1.00 %: at most 0.1 % is fine");
  }

  @Test
  void aFullMachineExcusesNoServerThatMiscounts() throws InterruptedException {
    world.ghosts = 1;
    world.limits = _ -> List.of("this machine carries about 2 of them");

    Measured measured = measure(run(meeting(1, 0), 2), 8);

    assertThat(measured.verdict()).isEqualTo(Verdict.BROKE);
    assertThat(measured.judged().problems()).singleElement().asString().startsWith("/v1/stats counts 9 sessions");
    assertThat(measured.judged().remarks()).hasSize(1);
  }

  @Test
  void aFullMachineThatBreaksNothingIsARemarkAndTheEndOfASearch() throws InterruptedException {
    world.limits = _ -> List.of("this machine carries about 2 of them");

    Measured measured = measure(run(meeting(1, 0), 2), 8);

    assertThat(measured.verdict()).isEqualTo(Verdict.HELD);
    assertThat(measured.judged().problems()).isEmpty();
    assertThat(measured.judged().remarks()).hasSize(1);
    assertThat(measured.mayGrow()).isFalse();
    assertThat(measured.step().problems()).containsExactly("this machine carries about 2 of them");
  }

  @Test
  void aStepThatFilledTheMachineSpoilsNoneOfThoseAfterIt() throws InterruptedException {
    world.lossShare = there -> there > 8 ? 0.01 : 0;
    world.limits = there -> there > 8 ? List.of("the machine is full") : List.of();
    LoadRun run = run(meeting(1, 0), 20);

    Measured full = measure(run, 16);
    Measured after = measure(run, 8);

    assertThat(full.verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(after.verdict()).isEqualTo(Verdict.HELD);
    assertThat(after.bottleneck()).isEmpty();
    assertThat(after.mayGrow()).isTrue();
  }

  @Test
  void whoCouldNotJoinAMachineThatWasFullIsNotHeldAgainstTheServer() throws InterruptedException {
    world.deaf = id -> id.text().equals("3");
    world.limits = there -> clock.seconds() < 15 ? List.of("the machine is full") : List.of();

    Measured measured = measure(run(meeting(1, 0), 2), 8);

    assertThat(measured.bottleneck()).contains("the machine is full");
    assertThat(measured.verdict()).isEqualTo(Verdict.UNDECIDED);
  }

  @Test
  void aDefectSpoilsTheStepItHappenedInAlone() throws InterruptedException {
    LoadRun run = run(meeting(1, 0), 20);
    run.resizeTo(8);
    world.defects = List.of("a process was lost");

    Measured first = measure(run, 8);
    Measured second = measure(run, 8);
    world.defects = List.of("a process was lost", "a process was lost");
    Measured third = measure(run, 8);

    assertThat(first.broken()).containsExactly("a defect of the load itself: a process was lost");
    assertThat(second.broken()).isEmpty();
    assertThat(third.broken()).hasSize(1);
  }

  @Test
  void viewersFillOneChannelAfterTheOther() {
    Crowd crowd = new Crowd(Scenario.WEBINAR, 1, 101, 1, true, Optional.of(VideoSettings.SINGLE), 0);

    assertThat(crowd.firstLevel()).isEqualTo(10);
    assertThat(crowd.seatsAt(10)).isEqualTo(11);
    assertThat(crowd.seatsAt(100)).isEqualTo(101);
    assertThat(crowd.seatsAt(101)).isEqualTo(103);
    assertThat(crowd.publishersAt(101)).isEqualTo(2);
    assertThat(crowd.levelTitle(101)).isEqualTo("101 viewers");
  }

  private RunResult through(LoadRun run, int seats) throws InterruptedException {
    return measure(run, seats).judged();
  }

  private static Measured measure(LoadRun run, int seats) throws InterruptedException {
    run.resizeTo(seats);
    run.settle();
    run.measure(TEN_SECONDS);
    return run.result("", new Capacity(2));
  }

  private LoadRun run(Crowd crowd, double joinsPerSecond) throws InterruptedException {
    return new LoadRun(crowd, joinsPerSecond, world, world, clock, (_, phase) -> phases.add(phase));
  }

  private static Crowd meeting(int channels, double churnPerSecond) {
    Scenario scenario = churnPerSecond > 0 ? Scenario.CHURN : Scenario.MEETING;
    return new Crowd(scenario, channels, 8, 8, true, Optional.of(VideoSettings.SIMULCAST), churnPerSecond);
  }
}
