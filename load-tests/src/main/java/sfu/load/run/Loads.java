package sfu.load.run;

import java.io.IOException;
import java.io.PrintStream;

/**
 * Loads as {@code ./sfu load} makes them, for other commands: at servers of ours that live as long as the command
 * wants. For one thread, but for {@link #stop}.
 */
public final class Loads {

  private final RunClock.System clock = new RunClock.System();
  private final LiveLine live;

  /** {@code progress}: how things stand is written there, on a {@code terminal} all in one line. */
  public Loads(PrintStream progress, boolean terminal) {
    this.live = new LiveLine(progress, terminal);
  }

  /**
   * Makes Ctrl-C and SIGTERM end what goes on: the first time as {@link #stop} does, the second time at once. Either
   * way no process that was begun here stays. For the whole process, so once.
   *
   * @param exitCode of an end at once
   */
  public void endEarlyOnSignals(int exitCode) {
    EarlyEnd.leaveNothing();
    new EarlyEnd(clock, live, "what was measured is being kept (again: at once)", () -> System.exit(exitCode))
        .onSignals();
  }

  /**
   * Waits until the server takes calls.
   *
   * @throws StoppedException if somebody had enough before
   * @throws IOException if it can't be started
   */
  public LoadedServer start(ServerSettings settings) throws IOException, InterruptedException {
    live.say("starting a server");
    return new LoadedServer(OwnServer.start(settings, clock), clock, live);
  }

  /** Lets the load's own JVM get ready, some seconds: before anything that measures who comes first. */
  public void rehearse() throws InterruptedException {
    Rehearsal.hold(clock, live);
  }

  /** A line of progress that stays. */
  public void say(String text) {
    live.say(text);
  }

  /** The load that runs ends early, with what it measured until then; later ones measure nothing. */
  public void stop() {
    clock.stop();
  }

  public boolean isStopped() {
    return clock.isStopped();
  }
}
