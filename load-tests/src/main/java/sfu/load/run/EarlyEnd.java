package sfu.load.run;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import sun.misc.Signal;

/** Ctrl-C: the first time asks for an end with what there is, the second for one at once. Thread-safe. */
final class EarlyEnd {

  private static final List<String> SIGNALS = List.of("INT", "TERM");

  private final RunClock.System clock;
  private final LiveLine live;
  private final String outlook;
  private final Runnable atOnce;
  private final AtomicBoolean asked = new AtomicBoolean();

  /** {@code outlook}: what becomes of what was measured, and what the second time does. */
  EarlyEnd(RunClock.System clock, LiveLine live, String outlook, Runnable atOnce) {
    this.clock = clock;
    this.live = live;
    this.outlook = outlook;
    this.atOnce = atOnce;
  }

  void onSignals() {
    SIGNALS.forEach(signal -> Signal.handle(new Signal(signal), _ -> asked()));
  }

  void asked() {
    if (asked.getAndSet(true)) {
      atOnce.run();
      return;
    }
    // First of all: who reads what is said may have stopped to.
    clock.stop();
    live.say("ending early: " + outlook);
  }

  /** However this process ends, with its terminal say: no process that it began stays. */
  static void leaveNothing() {
    Runtime.getRuntime().addShutdownHook(new Thread(EarlyEnd::endDescendants, "leave nothing"));
  }

  /** Ends the processes that this one began, at once. */
  static void endDescendants() {
    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
  }
}
