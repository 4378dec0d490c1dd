package sfu.load.run;

/** When something was measured, by {@link System#nanoTime}: on Linux all processes of a machine have that in common. */
public record Window(long fromNanos, long toNanos) {

  /** Whether it has this moment. */
  public boolean contains(long nanos) {
    return nanos - fromNanos >= 0 && nanos - toNanos < 0;
  }
}
