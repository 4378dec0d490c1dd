package sfu.load.bench;

import ch.qos.logback.classic.Logger;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.slf4j.LoggerFactory;
import sfu.node.media.io.IoKind;
import sfu.node.media.io.IoStats.Counter;
import sfu.protocol.srtp.SrtpCrypto;
import sfu.protocol.srtp.SrtpProfile;

/**
 * Time that one turn takes. Iterations alternate between the SFU and the bare loop, which live side by side in one JVM:
 * what else the machine does hits both alike. Encrypting and sending what comes in is not in the measured time.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
public class ForwardingBenchmark {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Param public Scenario scenario;
  @Param({"LINUX", "NIO"}) public IoKind io;
  @Param public Cipher cipher;
  @Param public SrtpProfile profile;

  private final List<ViewerSocket> viewers = new ArrayList<>();
  private Forwarder sfu;
  private Forwarder bare;
  private Forwarder current;
  private Sums sums;
  private long turns;
  private long packetsExpected;
  private long cpuNanos;
  private long cpuBefore;
  private long allocatedBytes;
  private long allocatedBefore;
  private long packetsOutBefore;
  private long datagramsOutBefore;
  private long messagesOutBefore;

  /** Whose ciphers. */
  public enum Cipher {
    LIBCRYPTO,
    JDK;

    SrtpCrypto crypto() {
      return switch (this) {
        case LIBCRYPTO -> SrtpCrypto.openssl();
        case JDK -> SrtpCrypto.jdk();
      };
    }
  }

  /** Sums over an iteration. */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class Sums {
    /** 1 if this iteration was the SFU's, 0 if it was the bare loop's. */
    public long sfu;

    public long turns;
    public long packets;

    /** Processor time of the measured part: a loop that never waits, so the time that it takes if nothing else runs. */
    public long cpuNanos;

    public long allocatedBytes;
    public long datagrams;

    /** A datagram by itself, or several that left as one message. */
    public long messages;
  }

  @Setup(Level.Trial)
  public void open() throws IOException {
    ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(ch.qos.logback.classic.Level.WARN);
    for (int i = 0; i < scenario.viewers(); i++) {
      viewers.add(new ViewerSocket());
    }
    sfu = new SfuForwarder(scenario, io, cipher.crypto(), profile, viewers);
    bare = new BareForwarder(scenario, io, cipher.crypto(), profile, viewers);
    for (ViewerSocket viewer : viewers) {
      viewer.ignore();
    }
    current = bare;
  }

  @Setup(Level.Iteration)
  public void takeTurns() throws IOException {
    sfu.rest();
    current = current == bare ? sfu : bare;
    turns = 0;
    packetsExpected = 0;
    cpuNanos = 0;
    allocatedBytes = 0;
    packetsOutBefore = current.packetsOut();
    datagramsOutBefore = datagramsOut();
    messagesOutBefore = messagesOut();
  }

  @Setup(Level.Invocation)
  public void offer() {
    packetsExpected += current.offer();
    allocatedBefore = THREADS.getCurrentThreadAllocatedBytes();
    cpuBefore = THREADS.getCurrentThreadCpuTime();
  }

  @Benchmark
  public void forward(Sums into) {
    current.forward();
    cpuNanos += THREADS.getCurrentThreadCpuTime() - cpuBefore;
    turns++;
    sums = into;
    allocatedBytes += THREADS.getCurrentThreadAllocatedBytes() - allocatedBefore;
  }

  /** @throws IllegalStateException if not every packet was handed to the kernel for every viewer */
  @TearDown(Level.Iteration)
  public void check() {
    long packets = current.packetsOut() - packetsOutBefore;
    // The SFU counts its RTCP too.
    if (packets < packetsExpected || (current == bare && packets > packetsExpected)) {
      throw new IllegalStateException("%d packets sent instead of %d; dropped: %s; %s"
          .formatted(packets, packetsExpected, current.drops(), current.stats()));
    }
    if (!current.drops().equals("none")
        || current.stats().get(Counter.SEND_DROPS_FULL) > 0
        || current.stats().get(Counter.DATAGRAMS_OVERFLOWN) > 0) {
      throw new IllegalStateException("dropped: %s; %s".formatted(current.drops(), current.stats()));
    }
    sums.sfu = current == sfu ? 1 : 0;
    sums.turns = turns;
    sums.packets = packetsExpected;
    sums.cpuNanos = cpuNanos;
    sums.allocatedBytes = allocatedBytes;
    sums.datagrams = datagramsOut() - datagramsOutBefore;
    sums.messages = messagesOut() - messagesOutBefore;
  }

  private long datagramsOut() {
    return current.stats().get(Counter.DATAGRAMS_OUT);
  }

  private long messagesOut() {
    return datagramsOut() - current.stats().get(Counter.GSO_DATAGRAMS) + current.stats().get(Counter.GSO_SENDS);
  }

  @TearDown(Level.Trial)
  public void close() throws IOException {
    sfu.close();
    bare.close();
    for (ViewerSocket viewer : viewers) {
      viewer.close();
    }
  }
}
