package sfu.node.ops;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/**
 * What an operator's signals do. SIGFPE isn't among them: the JVM keeps it for itself, so the launcher turns it into a
 * stop and a new start.
 */
public final class Signals {

  private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

  private static final int WAITING = 16;

  private Signals() {}

  /**
   * Runs the actions when their signals come: {@code stop}, which must not block, at once for SIGTERM or SIGINT; the others
   * one at a time for SIGALRM and SIGIO. Of a storm of those, a few wait and the rest is dropped.
   */
  public static void handle(Runnable stop, Runnable closeSessions, Runnable logStatistics) {
    Executor actions =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            Thread.ofPlatform().daemon().name("signals").factory(),
            new ThreadPoolExecutor.DiscardPolicy());
    on("TERM", stop, Runnable::run);
    on("INT", stop, Runnable::run);
    on("ALRM", closeSessions, actions);
    on("IO", logStatistics, actions);
  }

  /**
   * Runs {@code stop} when the process ends that started this one and stands for it: killed so that it can't say goodbye,
   * it must leave nothing behind.
   */
  public static void whenLauncherEnds(Runnable stop) {
    String launcher = System.getenv("SFU_LAUNCHER");
    if (launcher != null) {
      ProcessHandle.of(Long.parseLong(launcher)).ifPresentOrElse(process -> process.onExit().thenRun(stop), stop);
    }
  }

  private static void on(String name, Runnable action, Executor actions) {
    try {
      Signal.handle(new Signal(name), _ -> actions.execute(action));
    } catch (IllegalArgumentException e) {
      LOG.warn("SIG{} can't be handled on this system: {}", name, e.getMessage());
    }
  }
}
