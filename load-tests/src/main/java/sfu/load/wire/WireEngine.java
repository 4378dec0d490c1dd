package sfu.load.wire;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import sfu.load.client.ClientLoop;

/** The threads that turn any number of participants. Its methods may be called from any thread. */
public final class WireEngine implements AutoCloseable {

  private static final long FAREWELL_MILLIS = 500;

  private final ExecutorService handshakes = Executors.newVirtualThreadPerTaskExecutor();
  private final ClientLoop clients = new ClientLoop("wire-signalling");
  private final List<WireLoop> loops = new ArrayList<>();
  private final List<Participant> participants = new ArrayList<>();
  private final AtomicInteger next = new AtomicInteger();

  /**
   * @param threads media loops; one is enough for a hundred participants or two
   * @throws IOException if the system has no selector left
   */
  public WireEngine(int threads) throws IOException {
    for (int i = 0; i < threads; i++) {
      loops.add(new WireLoop("wire-" + i, handshakes));
    }
  }

  /** Lets somebody join; it is there when {@link Participant#report} says so. */
  public Participant join(ParticipantSettings settings) {
    WireLoop loop = loops.get(Math.floorMod(next.getAndIncrement(), loops.size()));
    Participant participant = new Participant(settings, loop, clients);
    synchronized (participants) {
      participants.add(participant);
    }
    loop.execute(participant::begin);
    return participant;
  }

  /** From now on the longest stall counts anew. */
  public void forgetStall() {
    loops.forEach(WireLoop::forgetStall);
  }

  /** What the threads did so far. */
  public EngineReport report() {
    return new EngineReport(
        loops.stream().mapToLong(WireLoop::packetsIn).sum(),
        loops.stream().mapToLong(WireLoop::packetsOut).sum(),
        loops.stream().mapToLong(WireLoop::cpuNanos).sum(),
        loops.stream().mapToLong(WireLoop::longestStallNanos).max().orElse(0),
        loops.stream().flatMap(loop -> loop.defects().stream()).map(WireEngine::describe).toList());
  }

  private static String describe(Throwable defect) {
    StackTraceElement[] trace = defect.getStackTrace();
    return trace.length == 0 ? defect.toString() : defect + " at " + trace[0];
  }

  /** All leave, and the threads end. */
  @Override
  public void close() throws InterruptedException {
    synchronized (participants) {
      participants.forEach(Participant::leave);
    }
    // Their last datagrams and close frames need a moment, a server that is gone no longer.
    handshakes.shutdown();
    handshakes.awaitTermination(FAREWELL_MILLIS, TimeUnit.MILLISECONDS);
    loops.forEach(WireLoop::close);
    clients.close();
    handshakes.shutdownNow();
  }
}
