package sfu.load.run;

import java.util.concurrent.atomic.AtomicBoolean;

/** Ctrl-C: the first time asks for an end with a report, the second for one at once. Thread-safe. */
final class EarlyEnd {

  private final RunClock.System clock;
  private final LiveLine live;
  private final Runnable atOnce;
  private final AtomicBoolean asked = new AtomicBoolean();

  EarlyEnd(RunClock.System clock, LiveLine live, Runnable atOnce) {
    this.clock = clock;
    this.live = live;
    this.atOnce = atOnce;
  }

  void asked() {
    if (asked.getAndSet(true)) {
      atOnce.run();
      return;
    }
    // First of all: who reads what is said may have stopped to.
    clock.stop();
    live.say("ending early: the report is on its way (again: at once, without one)");
  }
}
