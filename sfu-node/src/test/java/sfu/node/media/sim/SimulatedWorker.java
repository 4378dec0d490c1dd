package sfu.node.media.sim;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.apache.pekko.actor.typed.ActorRef;
import sfu.node.media.MediaCommand;
import sfu.node.media.io.IoKind;
import sfu.node.media.io.PortRange;
import sfu.node.media.worker.WorkerCore;
import sfu.node.media.worker.WorkerSettings;
import sfu.protocol.dtls.DtlsCertificate;
import sfu.protocol.srtp.SrtpCrypto;

/** One worker of a simulated call: its loop is whoever calls {@link #settle}, and so is the post between workers. */
final class SimulatedWorker implements AutoCloseable {
  static final int PORT = 40_000;

  private static final DtlsCertificate CERTIFICATE = DtlsCertificate.generate();

  final WorkerCore core;
  final SimulatedIo io;
  private final int index;
  private final TestInbox<MediaCommand> post = TestInbox.create();
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private long allocatedBytes;
  private boolean closed;

  /** What others write to it is lost. */
  boolean losesMail;

  /** What others write to it waits. */
  boolean keepsMail;

  SimulatedWorker(
      int index, VirtualClock clock, Executor handshakes, long maxBitrateInBps, long maxBitrateOutBps) {
    this.index = index;
    this.io = new SimulatedIo(clock);
    InetAddress loopback = InetAddress.getLoopbackAddress();
    InetAddress own = InetAddress.ofLiteral("10.1.0." + (index + 1));
    WorkerSettings settings =
        new WorkerSettings(
            index, own, loopback, own, new PortRange(PORT, PORT), IoKind.NIO, SrtpCrypto.best(), CERTIFICATE,
            maxBitrateInBps, maxBitrateOutBps);
    this.core = new WorkerCore(settings, io, clock, handshakes);
    core.self(post.getRef());
  }

  /** Its own, as {@link sfu.node.media.io.Addresses} has it. */
  long addressLo() {
    return 0x0000_ffff_0a01_0001L + index;
  }

  /** What its loop allocated on the heap so far. */
  long allocatedBytes() {
    return allocatedBytes;
  }

  ActorRef<MediaCommand> ref() {
    return post.getRef();
  }

  /** Takes one turn. Returns whether it has nothing to do now. */
  boolean turn() {
    if (closed) {
      return true;
    }
    boolean mail = post.hasMessages() && !keepsMail;
    while (post.hasMessages() && !keepsMail) {
      MediaCommand message = post.receiveMessage();
      if (!losesMail) {
        core.submit(message);
      }
    }
    long before = threads.getCurrentThreadAllocatedBytes() - io.allocatedBytes();
    core.turn(Long.MAX_VALUE);
    allocatedBytes += threads.getCurrentThreadAllocatedBytes() - io.allocatedBytes() - before;
    return core.isStopped() || !mail && io.asked() > 0 && io.delivered() == 0;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      core.close();
    }
  }
}
