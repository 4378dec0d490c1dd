package sfu.load.wire;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import sfu.node.media.io.BackgroundThreads;
import sfu.node.media.io.PromptThread;
import sfu.node.media.transport.TimerHeap;
import sfu.protocol.srtp.SrtpCrypto;

/**
 * A thread that turns the sockets, timers and media of many participants. What belongs to a participant is touched by
 * its loop alone; other threads {@link #execute}.
 */
final class WireLoop implements Executor, AutoCloseable {

  /** Defects that are kept for the report; the rest is only counted. */
  private static final int MAX_DEFECTS = 20;

  final Sockets sockets = Sockets.open();
  final TimerHeap timers = new TimerHeap();
  final SrtpCrypto crypto = SrtpCrypto.best();
  final Executor handshakes;
  final Scratch scratch = new Scratch();
  final Totals totals = new Totals();
  final Pace pace = new Pace(timers, this::nowNanos);

  private final Thread thread;
  private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
  private final Queue<Throwable> defects = new ConcurrentLinkedQueue<>();
  private final Set<Participant> participants = new LinkedHashSet<>();
  private volatile int attendees;
  private volatile boolean stopped;
  private long newStallNanos;
  private PromptThread prompt;
  private long sampledNanos;
  private long sampledCpuNanos;

  // Written by the loop alone, once a turn, and read by any thread, a moment late.
  private volatile long packetsIn;
  private volatile long packetsOut;
  private volatile long longestStallNanos;

  WireLoop(String name, Executor handshakes) throws IOException {
    this.handshakes = handshakes;
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    thread.start();
  }

  /** Runs on the loop's thread, soon; any thread. After the loop's end, never. */
  @Override
  public void execute(Runnable command) {
    commands.add(command);
    if (Thread.currentThread() != thread) {
      sockets.wakeup();
    }
  }

  /** What {@code question} finds on the loop's thread; any other thread. */
  <T> CompletableFuture<T> call(Supplier<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    execute(() -> {
      try {
        answer.complete(question.get());
      } catch (RuntimeException e) {
        answer.completeExceptionally(e);
      }
    });
    return answer;
  }

  /** Somebody is in a call. On the loop's thread. */
  void add(Participant participant) {
    participants.add(participant);
    attendees = participants.size();
  }

  /** And no longer. On the loop's thread. */
  void remove(Participant participant) {
    participants.remove(participant);
    attendees = participants.size();
  }

  /**
   * How the loop stands, and what is new.
   *
   * @param attendees who means to be in a call
   * @param connected of those, whose media is all set up
   * @param streams that they receive
   * @param stallNanos how late a timer ran at most since the last sample
   */
  record Sample(int attendees, int connected, int streams, long stallNanos, Totals.Taken totals) {}

  /** On the loop's thread. */
  Sample sample() {
    int connected = 0;
    int streams = 0;
    for (Participant participant : participants) {
      connected += participant.isConnected() ? 1 : 0;
      streams += participant.streamCount();
    }
    Sample sample = new Sample(participants.size(), connected, streams, newStallNanos, totals.take());
    newStallNanos = 0;
    prompt.utilisation(utilisation());
    return sample;
  }

  /** The share of the time since the last sample that the thread was at work. */
  private double utilisation() {
    long now = nowNanos();
    long cpu = cpuNanos();
    double share = (double) (cpu - sampledCpuNanos) / Math.max(1, now - sampledNanos);
    sampledNanos = now;
    sampledCpuNanos = cpu;
    return share;
  }

  long nowNanos() {
    return System.nanoTime();
  }

  private void run() {
    // A browser is a process of its own; here who waited for a compiler sends late, and then all of it at once.
    prompt = PromptThread.ask();
    BackgroundThreads.holdBack();
    while (!stopped) {
      try {
        turn();
      } catch (RuntimeException e) {
        // A defect may cost one participant its media, never the others theirs.
        defect(e);
      }
    }
  }

  private void turn() {
    for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
      command.run();
    }
    long now = nowNanos();
    long lateNanos = now - timers.nextDeadlineNanos();
    if (timers.nextDeadlineNanos() != Long.MAX_VALUE && lateNanos >= 0) {
      if (lateNanos > longestStallNanos) {
        longestStallNanos = lateNanos;
      }
      newStallNanos = Math.max(newStallNanos, lateNanos);
      timers.runDue(now);
    }
    packetsIn = totals.packetsIn + totals.controlIn;
    packetsOut = totals.packetsOut + totals.controlOut;
    sockets.flush();
    sockets.poll(waitNanos());
  }

  private long waitNanos() {
    if (!commands.isEmpty()) {
      return 0;
    }
    long deadline = timers.nextDeadlineNanos();
    return deadline == Long.MAX_VALUE ? Long.MAX_VALUE : Math.max(0, deadline - nowNanos());
  }

  /** Notes what must not happen. Any thread. */
  void defect(Throwable e) {
    if (defects.size() < MAX_DEFECTS) {
      defects.add(e);
    }
  }

  Queue<Throwable> defects() {
    return defects;
  }

  /** Who is in a call; a moment late. */
  int attendees() {
    return attendees;
  }

  long packetsIn() {
    return packetsIn;
  }

  long packetsOut() {
    return packetsOut;
  }

  /** How late a timer ran at most since {@link #forgetStall}: so much of a gap may be of this process's own making. */
  long longestStallNanos() {
    return longestStallNanos;
  }

  void forgetStall() {
    longestStallNanos = 0;
  }

  /** Processor time of the thread so far. */
  long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.threadId());
  }

  /** Ends the thread; participants should have left. */
  @Override
  public void close() {
    stopped = true;
    sockets.wakeup();
    try {
      thread.join();
      sockets.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
