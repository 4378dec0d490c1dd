package sfu.node.media.io;

/**
 * Lets the calling thread run soon after it was woken, though others are busy on its core. A worker waits for packets in
 * between and is done in less than a tenth of a millisecond; compilers, collectors and handshakes are not.
 *
 * <ul>
 *   <li>Short slices (sched_setattr(2); EEVDF, Linux 6.12 and newer), which need no privilege and take no share from
 *       anybody. They don't help who just used its fair share: it waits until others had as much, and Linux looks again
 *       only at its next tick, up to 4 ms later.
 *   <li>A niceness of {@value #EAGER}, where the process may (RLIMIT_NICE, CAP_SYS_NICE), so that its share is hardly
 *       ever used up. Seen by sched_switch in 8 s of a worker at half a core: kept waiting for more than half a
 *       millisecond 20 times instead of 41, 30 ms instead of 71 in all, of which 26 were for compilers and the kernel's
 *       own. Only while the core has time to spare: a worker that needs all of it leaves the others theirs, above all
 *       the compilers, without which it would never need less.
 * </ul>
 *
 * <p>Each where the system takes it; elsewhere all stays as it is. Confined to the thread that asked.
 */
public final class PromptThread {

  /** Nine times the usual weight. */
  static final int EAGER = -10;

  /** The least that the kernel gives. */
  private static final long SLICE_NANOS = 100_000;

  private static final double HARDLY_SPARE = 0.85;
  private static final double TO_SPARE = 0.7;
  private static final int SELF = 0;

  private final boolean shortSlices;
  private final int usual;
  private final boolean mayBeEager;
  private boolean eager;

  private PromptThread() {
    shortSlices = ThreadAttributes.change(SELF, PromptThread::shorten);
    usual = ThreadAttributes.niceOf(SELF);
    // A niceness that somebody gave on purpose, either way, stays.
    mayBeEager = usual == 0 && setNice(EAGER);
    eager = mayBeEager;
  }

  /** Asks for the calling thread. */
  public static PromptThread ask() {
    return new PromptThread();
  }

  /** A handshake's thread may be one that this one started. */
  private static void shorten(ThreadAttributes thread) {
    thread.sliceNanos(SLICE_NANOS);
    thread.notInherited();
  }

  private static boolean setNice(int nice) {
    return ThreadAttributes.change(SELF, thread -> thread.nice(nice));
  }

  /**
   * What share of the last second the thread was at work, from 0 to 1. A system call where that changes anything, else
   * nothing.
   */
  public void utilisation(double share) {
    if (mayBeEager && share > HARDLY_SPARE == eager && (eager || share < TO_SPARE)) {
      eager = !eager;
      setNice(eager ? EAGER : usual);
    }
  }

  /** For a log: what the system gave. */
  public String describe() {
    if (!shortSlices && !mayBeEager) {
      return "scheduled as any thread";
    }
    return mayBeEager ? "goes first while its core has time to spare" : "runs in short slices";
  }
}
