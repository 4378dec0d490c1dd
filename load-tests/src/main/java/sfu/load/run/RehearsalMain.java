package sfu.load.run;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;

/**
 * A call with a server that is there to be recorded: its Java notes which classes it loads and what it runs, for the
 * cache that later servers start with. For the launcher, which says how to start it.
 */
public final class RehearsalMain {

  /** As fast as one by one: a crowd would only wait for the compiler. */
  private static final double JOINS_PER_SECOND = 5;

  private static final Duration MEDIA = Duration.ofSeconds(5);

  /** Writing the cache takes some seconds of two cores. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private RehearsalMain() {}

  /** Exits with 1 if the server didn't end in order. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Locale.setDefault(Locale.ROOT);
    // A server that ended in order would write a cache that nobody waits for any more.
    EarlyEnd.leaveNothing();
    RunClock clock = new RunClock.System();
    try (OwnServer server = OwnServer.start(ServerSettings.of(1, Rehearsal.PARTICIPANTS), clock)) {
      Rehearsal.call(server, clock, JOINS_PER_SECOND, MEDIA);
      if (!server.stop(PATIENCE)) {
        System.err.println("the server didn't end in order:\n" + server.logged());
        System.exit(1);
      }
    }
    System.exit(0);
  }
}
