package sfu.load.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.apache.pekko.actor.typed.ActorRef;
import sfu.node.media.MediaCommand;
import sfu.node.media.io.IoKind;
import sfu.node.media.io.NetIo;
import sfu.node.media.transport.WorkerCounters;
import sfu.node.media.worker.WorkerCore;
import sfu.node.media.worker.WorkerSettings;
import sfu.protocol.dtls.DtlsCertificate;
import sfu.protocol.srtp.SrtpCrypto;

/** A real worker without its thread. Its clock is the system's, so its timers run within the measured time. */
final class BenchWorker implements AutoCloseable {
  /** Far above what loopback carries: the bench is no client that has to be held back. */
  private static final long NO_CAP_BPS = 1_000_000_000_000L;

  final NetIo io;
  final WorkerCore core;
  final WorkerCounters counters;
  private final TestInbox<MediaCommand> post = TestInbox.create();
  private String dropsBefore = "none";

  BenchWorker(int index, IoKind kind, SrtpCrypto crypto, Executor handshakes) throws IOException {
    io = NetIo.open(kind, Loopback.ADDRESS, Loopback.PORTS, index);
    WorkerSettings settings =
        new WorkerSettings(
            index,
            Loopback.ADDRESS,
            Loopback.ADDRESS,
            Loopback.ADDRESS,
            Loopback.PORTS,
            kind,
            crypto,
            DtlsCertificate.generate(),
            NO_CAP_BPS,
            NO_CAP_BPS);
    core = new WorkerCore(settings, io, System::nanoTime, handshakes);
    counters = core.counters();
    core.self(post.getRef());
  }

  InetSocketAddress address() {
    return new InetSocketAddress(Loopback.ADDRESS, io.udpPort());
  }

  ActorRef<MediaCommand> ref() {
    return post.getRef();
  }

  /** Takes a turn, and the other worker's messages before it. For setting up: not for the measured time. */
  void turnWithMail(long maxWaitNanos) {
    while (post.hasMessages()) {
      core.submit(post.receiveMessage());
    }
    core.turn(maxWaitNanos);
  }

  /** What it dropped until now was before there was a call. */
  void begin() {
    dropsBefore = counters.describeDrops();
  }

  /** What it dropped since, or "none". */
  String drops() {
    String drops = counters.describeDrops();
    return drops.equals(dropsBefore) ? "none" : drops;
  }

  @Override
  public void close() {
    core.close();
  }
}
