package sfu.load.wire;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;
import sfu.load.client.ClientLoop;
import sfu.load.engine.Attendee;
import sfu.load.engine.EngineSample;
import sfu.load.engine.LoadEngine;
import sfu.load.engine.Seat;

/**
 * The threads that turn any number of participants. Its methods may be called from any thread.
 *
 * <p>Who has a {@link Seat} and loses its connection is gone, and counts as failed: what a load run measures is not
 * how quickly somebody comes back.
 */
public final class WireEngine implements LoadEngine {

  private static final long FAREWELL_MILLIS = 500;

  /** Of a participant: its WebSocket, and a transport each way. */
  private static final int DESCRIPTORS_EACH = 3;

  /** Of the process, generously. */
  private static final int OTHER_DESCRIPTORS = 300;

  private final ExecutorService handshakes = Executors.newVirtualThreadPerTaskExecutor();
  private final ClientLoop clients = new ClientLoop("wire-signalling");
  private final List<WireLoop> loops = new ArrayList<>();
  private final List<Participant> participants = new ArrayList<>();
  private final AtomicInteger next = new AtomicInteger();
  private final Histogram delayMicros = new Histogram(Totals.DELAY_DIGITS);

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

  @Override
  public String name() {
    return "wire";
  }

  @Override
  public Attendee join(Seat seat) throws IOException {
    requireDescriptors();
    ParticipantSettings settings =
        new ParticipantSettings(
            seat.id(),
            seat.invitation(),
            List.of(seat.invitation().url()),
            Behaviour.STAY_GONE,
            seat.speaks(),
            seat.videos());
    return new WireAttendee(seat, join(settings));
  }

  /** The JVM itself raises the soft limit to the hard one. */
  private void requireDescriptors() throws IOException {
    int attendees = loops.stream().mapToInt(WireLoop::attendees).sum();
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
      long most = system.getMaxFileDescriptorCount();
      if ((attendees + 1L) * DESCRIPTORS_EACH + OTHER_DESCRIPTORS > most) {
        throw new IOException(
            "%d participants is the most that %d file descriptors allow: raise the hard limit, see `ulimit -Hn`"
                .formatted(attendees, most));
      }
    }
  }

  @Override
  public EngineSample sample() throws InterruptedException {
    List<CompletableFuture<WireLoop.Sample>> asked = loops.stream().map(loop -> loop.call(loop::sample)).toList();
    List<WireLoop.Sample> samples = new ArrayList<>();
    for (CompletableFuture<WireLoop.Sample> each : asked) {
      samples.add(WireAttendee.answer(each));
    }
    List<Totals.Taken> totals = samples.stream().map(WireLoop.Sample::totals).toList();
    delayMicros.reset();
    totals.forEach(taken -> taken.delays().addTo(delayMicros));
    return new EngineSample(
        System.nanoTime(),
        samples.stream().mapToInt(WireLoop.Sample::attendees).sum(),
        samples.stream().mapToInt(WireLoop.Sample::connected).sum(),
        totals.stream().mapToInt(Totals.Taken::failed).sum(),
        samples.stream().mapToInt(WireLoop.Sample::streams).sum(),
        totals.stream().mapToLong(Totals.Taken::packetsIn).sum(),
        totals.stream().mapToLong(Totals.Taken::bytesIn).sum(),
        totals.stream().mapToLong(Totals.Taken::packetsOut).sum(),
        totals.stream().mapToLong(Totals.Taken::bytesOut).sum(),
        totals.stream().mapToLong(Totals.Taken::lost).sum(),
        totals.stream().mapToLong(Totals.Taken::repaired).sum(),
        totals.stream().mapToLong(Totals.Taken::frames).sum(),
        0,
        cpuNanos(),
        samples.stream().mapToLong(WireLoop.Sample::stallNanos).max().orElse(0),
        delayMicros.copy(),
        totals.stream().flatMap(taken -> taken.joinMicros().stream()).toList(),
        defects(),
        List.of());
  }

  @Override
  public long[] pids() {
    return new long[] {ProcessHandle.current().pid()};
  }

  private long cpuNanos() {
    return loops.stream().mapToLong(WireLoop::cpuNanos).sum();
  }

  private List<String> defects() {
    return loops.stream().flatMap(loop -> loop.defects().stream()).map(WireEngine::describe).toList();
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
        cpuNanos(),
        loops.stream().mapToLong(WireLoop::longestStallNanos).max().orElse(0),
        defects());
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
