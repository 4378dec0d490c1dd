package sfu.load.engine;

/** A participant while it lives. Thread-safe. */
public interface Attendee {

  Seat seat();

  /** Leaves for good; its report stays. */
  void leave();

  /** What became of it so far; may take as long as the engine needs to answer. */
  AttendeeReport report() throws InterruptedException;
}
