package sfu.node.media.worker;

import java.lang.foreign.Arena;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sfu.node.media.MediaCommand;
import sfu.node.media.io.NetIo;
import sfu.node.media.transport.LoopContext;
import sfu.node.media.transport.WorkerCounters;

/**
 * A worker without its thread: whoever calls {@link #turn} again and again is the loop, be it the worker's thread or a test
 * with a clock of its own. Only {@link #submit} and {@link #execute} may be called by other threads.
 */
public final class WorkerCore implements Executor, AutoCloseable {
  /** Tasks taken in one turn, so that a flood of commands does not hold up packets. */
  private static final int TASKS_PER_TURN = 64;

  private static final Logger LOG = LoggerFactory.getLogger(WorkerCore.class);

  private final WorkerSettings settings;
  private final NetIo io;
  private final LongSupplier clock;
  private final Arena arena = Arena.ofShared();
  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final LoopContext context;
  private final Demultiplexer demultiplexer;
  private final CommandHandler commands;
  private final LoadMeter load;
  private volatile boolean accepting = true;
  private boolean stopped;

  /**
   * @param clock monotonic, in nanoseconds
   * @param handshakes runs DTLS handshakes, each of which blocks its thread
   */
  public WorkerCore(WorkerSettings settings, NetIo io, LongSupplier clock, Executor handshakes) {
    this.settings = settings;
    this.io = io;
    this.clock = clock;
    this.context = new LoopContext(io, settings.crypto(), settings.certificate(), handshakes, this, arena);
    context.nowNanos(clock.getAsLong());
    this.demultiplexer = new Demultiplexer(context, clock);
    this.load = new LoadMeter(context.counters, context.nowNanos());
    this.commands = new CommandHandler(settings, context, demultiplexer, load, () -> stopped = true);
  }

  /** Hands a command over. Any thread; ignored once the worker has ended. */
  public void submit(MediaCommand command) {
    execute(() -> commands.handle(command));
  }

  /** Who this worker is to others: without it, no producer can cross to here or from here. Before the first turn. */
  public void self(ActorRef<MediaCommand> self) {
    commands.self(self);
  }

  /** Another worker is gone: what came from there is lost. Any thread. */
  public void workerLost(ActorRef<MediaCommand> worker) {
    execute(() -> commands.workerLost(worker));
  }

  /** Hands a task over. Any thread; ignored once the worker has ended. */
  @Override
  public void execute(Runnable task) {
    if (accepting) {
      tasks.add(task);
      io.wakeup();
    }
  }

  /** Whether it was told to end. */
  public boolean isStopped() {
    return stopped;
  }

  /** Packets and bytes, as the loop's thread counts them. */
  public WorkerCounters counters() {
    return context.counters;
  }

  /** The share of the last full second that the loop was at work, from 0 to 1. Loop thread only. */
  public double utilisation() {
    return load.utilisation();
  }

  /** One turn: commands, timers, then what the network brings, waiting for it up to {@code maxWaitNanos}. */
  public void turn(long maxWaitNanos) {
    long now = clock.getAsLong();
    context.nowNanos(now);
    for (int i = 0; i < TASKS_PER_TURN; i++) {
      Runnable task = tasks.poll();
      if (task == null) {
        break;
      }
      runTask(task);
    }
    context.timers.runDue(now);
    long deadline = Math.min(context.timers.nextDeadlineNanos(), demultiplexer.expireUnauthenticated(now));
    deadline = Math.min(deadline, load.tick(now));
    deadline = Math.min(deadline, demultiplexer.patienceEndsNanos());
    io.flush();
    long before = clock.getAsLong();
    boolean busy = stopped || !tasks.isEmpty();
    demultiplexer.sleeping();
    io.poll(busy ? 0 : Math.clamp(deadline - before, 0, maxWaitNanos), demultiplexer);
    load.waited(Math.max(0, demultiplexer.wokenNanos() - before));
  }

  private void runTask(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.error("media worker {}: a command failed by a defect and was dropped", settings.index(), e);
    }
  }

  /** Ends all transports, whose owners are told, and releases the ports. Loop thread only. */
  @Override
  public void close() {
    accepting = false;
    try {
      commands.closeAll();
      for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
        runTask(task);
      }
      io.flush();
    } finally {
      io.close();
      arena.close();
    }
  }
}
