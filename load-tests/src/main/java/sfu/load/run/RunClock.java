package sfu.load.run;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The time of a run, and whether it is to end early. */
interface RunClock {

  /** Like {@link System#nanoTime}. */
  long nowNanos();

  /** Waits until then, or less if the run is to end early. */
  void sleepUntil(long nanos) throws InterruptedException;

  /** Whether somebody has had enough. */
  boolean isStopped();

  /** The time of this machine. {@link #stop} may be called from any thread. */
  final class System implements RunClock {

    private final CountDownLatch stopped = new CountDownLatch(1);

    @Override
    public long nowNanos() {
      return java.lang.System.nanoTime();
    }

    @Override
    public void sleepUntil(long nanos) throws InterruptedException {
      if (stopped.await(nanos - nowNanos(), TimeUnit.NANOSECONDS)) {
        // Once it is stopped, what still waits for something may look often, but not all the time.
        TimeUnit.NANOSECONDS.sleep(Math.clamp(nanos - nowNanos(), 0, MAX_STOPPED_NANOS));
      }
    }

    @Override
    public boolean isStopped() {
      return stopped.getCount() == 0;
    }

    void stop() {
      stopped.countDown();
    }
  }

  /** The longest wait of a run that is to end. */
  long MAX_STOPPED_NANOS = 50_000_000;
}
