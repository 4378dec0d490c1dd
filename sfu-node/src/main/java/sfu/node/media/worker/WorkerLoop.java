package sfu.node.media.worker;

import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.pekko.actor.typed.ActorRef;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sfu.node.media.MediaCommand;
import sfu.node.media.io.NetIo;
import sfu.node.media.io.PromptThread;

/**
 * A worker's thread: takes commands, lets timers fire, waits for packets and hands them on. Everything of the worker's
 * media lives on it alone.
 */
public final class WorkerLoop {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerLoop.class);

  private final WorkerSettings settings;
  private final NetIo io;
  private final ExecutorService handshakes = Executors.newVirtualThreadPerTaskExecutor();
  private final WorkerCore core;
  private final Thread thread;
  private Runnable whenEnded = () -> {};

  private WorkerLoop(WorkerSettings settings, NetIo io) {
    this.settings = settings;
    this.io = io;
    this.core = new WorkerCore(settings, io, System::nanoTime, handshakes);
    this.thread = new Thread(this::run, "media-worker-" + settings.index());
  }

  /**
   * Binds a worker's ports.
   *
   * @throws IOException if they can't be had; says which and why
   */
  public static WorkerLoop bind(WorkerSettings settings) throws IOException {
    return new WorkerLoop(settings, NetIo.open(settings.io(), settings.bind(), settings.ports(), settings.index()));
  }

  /** "media worker 0: UDP 40000, TCP 40000 (linux, libcrypto)". */
  public String describe() {
    return "media worker %d: UDP %d, TCP %d (%s, %s)"
        .formatted(settings.index(), io.udpPort(), io.tcpPort(), io.name(), settings.crypto().name());
  }

  /** Another worker is gone: what came from there is lost. Any thread. */
  public void workerLost(ActorRef<MediaCommand> worker) {
    core.workerLost(worker);
  }

  /**
   * Starts the thread. {@code self} is who this worker is to others. {@code whenEnded} runs on it as its last act,
   * whatever ended it.
   */
  public void start(ActorRef<MediaCommand> self, Runnable whenEnded) {
    core.self(self);
    this.whenEnded = whenEnded;
    thread.start();
  }

  /** Hands a command over. Any thread; ignored once the loop has ended. */
  public void submit(MediaCommand command) {
    core.submit(command);
  }

  private void run() {
    PromptThread prompt = PromptThread.ask();
    LOG.debug("media worker {}: {}", settings.index(), prompt.describe());
    try {
      while (!core.isStopped()) {
        core.turn(Long.MAX_VALUE);
        prompt.utilisation(core.utilisation());
      }
    } catch (Throwable t) {
      LOG.error("media worker {} ends by a defect; all its transports are lost", settings.index(), t);
    } finally {
      try {
        core.close();
        handshakes.shutdown();
      } finally {
        whenEnded.run();
      }
    }
  }
}
