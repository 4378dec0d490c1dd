package sfu.load.run;

import java.util.ArrayList;
import java.util.List;
import sfu.load.report.RunResult.Total;

/** What a server must keep to be called one that carries the load. */
final class Criteria {

  /** Of the packets that should come by themselves. */
  static final double MAX_LOSS_PERCENT = 0.1;

  /** From a participant's sending to another's receiving. */
  static final double MAX_P99_MILLIS = 20;

  private Criteria() {}

  /** What broke. */
  static List<Breach> judge(Total total, JoinCount joins) {
    List<Breach> broken = new ArrayList<>();
    double loss = Ledger.lossPercent(total.packetsIn(), total.lost(), total.repaired());
    if (loss > MAX_LOSS_PERCENT) {
      broken.add(new Breach("loss was %.2f %%: at most %.1f %% is fine".formatted(loss, MAX_LOSS_PERCENT), true));
    }
    if (total.delay().p99() > MAX_P99_MILLIS) {
      broken.add(
          new Breach(
              "p99 of the delay was %.1f ms: at most %.0f ms is fine%s"
                  .formatted(total.delay().p99(), MAX_P99_MILLIS, stall(total.stallMillis())),
              true));
    }
    List<String> failed = joins.failures();
    if (!failed.isEmpty()) {
      broken.add(
          new Breach(
              "%d of %d joins failed: %s"
                  .formatted(failed.size(), failed.size() + total.joined(), Presence.few(failed)),
              !joins.anyRefused()));
    }
    return broken;
  }

  private static String stall(double millis) {
    return millis > MAX_P99_MILLIS
        ? " (the load's own threads were up to %.0f ms late, so part of it is theirs)".formatted(millis)
        : "";
  }
}
