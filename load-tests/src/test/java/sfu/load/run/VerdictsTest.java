package sfu.load.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import sfu.load.engine.AttendeeReport;
import sfu.load.report.LoadResult.Ratio;
import sfu.load.report.RunResult;
import sfu.load.report.RunResult.Delay;
import sfu.load.report.RunResult.Second;
import sfu.load.report.RunResult.Total;
import sfu.protocol.signal.SessionId;

/** What is made of numbers: criteria, the load's own limits, ratios, growth. */
class VerdictsTest {

  private static final Delay QUICK = new Delay(0.2, 0.4, 1, 2, 3, 4);
  private static final Delay SLOW = new Delay(2, 8, 21, 30, 40, 50);

  @Test
  void criteriaThatHoldSayNothing() {
    assertThat(Criteria.judge(total(QUICK, 100_000, 100, 1, 0), new JoinCount())).isEmpty();
  }

  @Test
  void lossDelayAndFailedJoinsAreNamed() {
    JoinCount joins = new JoinCount();
    joins.failed(new AttendeeReport(SessionId.of(3), "gone: closed with 4109", false, true, false, -1, List.of()));

    assertThat(Criteria.judge(total(SLOW, 100_000, 200, 1, 5), joins))
        .containsExactly(
            new Breach("loss was 0.20 %: at most 0.1 % is fine", true),
            new Breach("p99 of the delay was 21.0 ms: at most 20 ms is fine", true),
            new Breach("1 of 9 joins failed: 3 (gone: closed with 4109)", false));
  }

  @Test
  void aDelayThatTheLoadItselfHasAPartInSaysSo() {
    assertThat(Criteria.judge(total(SLOW, 100_000, 0, 1, 25), new JoinCount()).getFirst().what())
        .endsWith("(the load's own threads were up to 25 ms late, so part of it is theirs)");
  }

  @Test
  void aDelayThatNobodyKnowsBreaksNothing() {
    assertThat(Criteria.judge(total(Delay.NONE, 100_000, 0, 1, 0), new JoinCount())).isEmpty();
  }

  @Test
  void aLoadWithCoresToSpareIsNoBottleneck() {
    assertThat(new Capacity(2).exhaustedBy(seconds(10, 1.6, 9))).isEmpty();
  }

  @Test
  void aLoadThatUsesUpItsCoresIs() {
    assertThat(new Capacity(2).exhaustedBy(seconds(10, 1.9, 0))).contains("it used 1.90 of the 2 cores that it has");
  }

  @Test
  void aLoadWhoseThreadsRunLateAllTheTimeIs() {
    List<Second> mostlyGood = new ArrayList<>(seconds(9, 0.1, 0));
    mostlyGood.addAll(seconds(1, 0.1, 200));

    assertThat(new Capacity(2).exhaustedBy(mostlyGood)).isEmpty();
    assertThat(new Capacity(2).exhaustedBy(seconds(10, 0.1, 11)))
        .contains("its threads ran more than 10 ms late in 10 of 10 seconds");
  }

  @Test
  void otherProgramsThatTakeATenthOfTheMachineDisturb() {
    assertThat(Bystanders.describe(0.1, 2)).isEmpty();
    assertThat(Bystanders.describe(0.5, 2)).contains("other programs took 0.5 of this machine's 2 cores");
  }

  @Test
  void timeSpentWaitingIsNotBusy() {
    assertThat(Bystanders.busySeconds("cpu  100 200 300 99999 88888 10 20 30 7 8")).isEqualTo(6.6, within(1e-9));
  }

  @Test
  void ratiosAreThoseOfPairsWithTheirSpread() {
    List<RunResult> runs =
        Stream.of(1.0, 4.0, 2.0, 4.0, 3.0, 4.0, 9.0).map(micros -> run("", micros)).toList();

    Ratio ratio =
        Comparison.of(runs).stream().filter(each -> each.what().startsWith("server CPU")).findFirst().orElseThrow();

    assertThat(ratio).isEqualTo(new Ratio("server CPU per packet, µs", 2.0, 4.0, 0.5, 0.25, 0.75));
  }

  @Test
  void aFigureThatOneServerLacksIsLeftOut() {
    assertThat(Comparison.of(List.of(run("a", 1.0), run("b", Double.NaN))))
        .noneMatch(ratio -> ratio.what().contains("CPU"));
  }

  @Test
  void growthIsFittedAfterTheFirstMinutes() {
    List<Second> seconds =
        IntStream.range(0, 300)
            .mapToObj(i -> second(i, 0, 0, i < 120 ? 1e9 : 100e6 + i * 1000 + (i % 2 == 0 ? 5e3 : -5e3)))
            .toList();

    assertThat(Growth.bytesPerMinute(seconds).orElseThrow()).isEqualTo(60_000, within(500.0));
  }

  @Test
  void aShortRunTellsNothingOfGrowth() {
    assertThat(Growth.bytesPerMinute(seconds(150, 0, 0))).isEmpty();
    assertThat(Growth.bytesPerMinute(List.of())).isEmpty();
  }

  @Test
  void whatWorkersCountedIsThatOfThePartThatCounts() {
    String log =
        """
        INFO media worker 0: 3 % busy, 1 transports
        INFO media worker 0 counted datagrams_out=100 gso_sends=10 gso_datagrams=90 send_calls=5
        INFO media worker 1 counted datagrams_out=300 gso_sends=20 gso_datagrams=280 dropped_srtp_auth=2
        """;
    Map<String, Long> sums = WorkerCounts.sum(WorkerCounts.lines(log));

    assertThat(sums).containsEntry("datagrams_out", 400L).containsEntry("gso_sends", 30L);
    assertThat(WorkerCounts.describe(Map.of("datagrams_out", 40L, "gso_datagrams", 10L), sums))
        .containsEntry("packets a message", "12.0")
        .containsEntry("packets a send call", "72.0")
        .containsEntry("dropped", "srtp_auth 2");
    assertThat(WorkerCounts.describe(Map.of(), Map.of())).isEmpty();
  }

  @Test
  void coresAreReadAsTheKernelListsThem() {
    assertThat(Pinning.parse("0-3,8,10-11")).containsExactly(0, 1, 2, 3, 8, 10, 11);
    assertThat(Pinning.parse("")).isEmpty();
  }

  private static Total total(Delay delay, long packets, long lost, double micros, double stallMillis) {
    return new Total(
        10, packets - lost, 1000, lost, 0, 0, 0, delay, QUICK, 8, 0, 1, 1e6 / micros, micros, 1e8, 2e8, 2e8, 1e5, 1,
        1e5, stallMillis);
  }

  private static RunResult run(String server, double microsPerPacket) {
    return new RunResult(
        server, "", List.of(), total(QUICK, 100_000, 0, microsPerPacket, 0), Map.of(), List.of(), List.of(), List.of());
  }

  private static List<Second> seconds(int count, double engineCpu, double stallMillis) {
    return IntStream.range(0, count).mapToObj(i -> second(i, engineCpu, stallMillis, 1e8)).toList();
  }

  private static Second second(double at, double engineCpu, double stallMillis, double rssBytes) {
    return new Second(at, 8, 8, 0, 112, 1e4, 2e3, 1e7, 2e6, 0, 0, QUICK, 0.5, rssBytes, engineCpu, stallMillis);
  }
}
