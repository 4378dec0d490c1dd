package sfu.load.engine;

import java.io.IOException;

/** Drives participants of any number of channels. Thread-safe, but for {@link #sample}, which one thread calls. */
public interface LoadEngine extends AutoCloseable {

  /** What it is called on the command line. */
  String name();

  /**
   * Somebody joins; returns at once, and {@link Attendee#report} tells what became of it.
   *
   * @throws IOException if this machine can't carry one more: says what it lacks
   */
  Attendee join(Seat seat) throws IOException;

  /** What happened so far, and since the last sample. */
  EngineSample sample() throws InterruptedException;

  /** Processes whose processor time is the engine's, its own if it has no other. */
  long[] pids();

  /** All leave, and what it started ends. */
  @Override
  void close() throws InterruptedException;
}
