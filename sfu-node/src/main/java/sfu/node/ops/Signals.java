package sfu.node.ops;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/**
 * What an operator's signals do. SIGFPE isn't among them: the JVM keeps it for itself, so the launcher turns it into a
 * stop and a new start.
 */
public final class Signals {

  private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

  private Signals() {}

  /** Runs each action, one at a time, when its signal comes: SIGTERM or SIGINT, SIGALRM, SIGIO. */
  public static void handle(Runnable stop, Runnable closeSessions, Runnable logStatistics) {
    ExecutorService actions = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("signals").factory());
    on("TERM", stop, actions);
    on("INT", stop, actions);
    on("ALRM", closeSessions, actions);
    on("IO", logStatistics, actions);
  }

  private static void on(String name, Runnable action, ExecutorService actions) {
    try {
      Signal.handle(new Signal(name), _ -> actions.execute(action));
    } catch (IllegalArgumentException e) {
      LOG.warn("SIG{} can't be handled on this system: {}", name, e.getMessage());
    }
  }
}
