package sfu.node.media.io;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import org.agrona.collections.Long2ObjectHashMap;
import sfu.node.media.io.IoStats.Counter;

/** A worker's sockets by epoll, recvmmsg and sendmmsg: no object is made for a packet. */
final class LinuxIo extends SocketIo {

  private static final int MAX_EVENTS = 128;

  /** What epoll reports the fixed descriptors by; connections count up from there, so that no token is used twice. */
  private static final long UDP = 0;
  private static final long LISTENER = 1;
  private static final long WAKEUP = 2;

  private final LinuxCalls calls;
  private final LinuxSockets sockets;
  private final LinuxReceiver receiver;
  private final LinuxSender sender;
  private final Long2ObjectHashMap<LinuxTcpPath> connections = new Long2ObjectHashMap<>();
  private final MemorySegment events = Arena.ofAuto().allocate((long) MAX_EVENTS * Linux.EPOLL_EVENT_BYTES, 8);
  private final MemorySegment event = Arena.ofAuto().allocate(Linux.EPOLL_EVENT_BYTES, 8);
  private final MemorySegment remote = Arena.ofAuto().allocate(Sockaddr.SLOT_BYTES + 8, 8);
  private final WakeupEvent wakeup;
  private long nextToken = WAKEUP + 1;
  private boolean closed;

  private LinuxIo(InetAddress bind, LinuxCalls calls, LinuxSockets sockets) {
    super(bind);
    this.calls = calls;
    this.sockets = sockets;
    this.receiver = new LinuxReceiver(calls, sockets.udp(), v6, stats, delivery);
    this.sender = new LinuxSender(calls, sockets.udp(), v6, sockets.packetInfo(), stats);
    this.wakeup = new WakeupEvent(sockets.wakeup());
    watch(Linux.EPOLL_CTL_ADD, sockets.udp(), Linux.EPOLLIN, UDP);
    watch(Linux.EPOLL_CTL_ADD, sockets.listener(), Linux.EPOLLIN, LISTENER);
    watch(Linux.EPOLL_CTL_ADD, sockets.wakeup(), Linux.EPOLLIN, WAKEUP);
  }

  static LinuxIo open(InetAddress bind, PortRange range, int workerIndex) throws IOException {
    if (!Linux.here()) {
      throw new IOException("the Linux socket interface is for Linux on x86-64 and aarch64");
    }
    LinuxCalls calls = new LinuxCalls();
    return new LinuxIo(bind, calls, LinuxSockets.open(calls, bind, range, workerIndex));
  }

  @Override
  public String name() {
    return "linux";
  }

  @Override
  public int udpPort() {
    return sockets.udpPort();
  }

  @Override
  public int tcpPort() {
    return sockets.tcpPort();
  }

  @Override
  public Path udpPath(long addressHi, long addressLo, int port) {
    checkFamily(addressHi, addressLo);
    LinuxUdpPath path = new LinuxUdpPath(v6, addressHi, addressLo, port);
    receiver.localize(path);
    return path;
  }

  @Override
  public void poll(long timeoutNanos, Handler handler) {
    flush();
    int ready = calls.epollWait(sockets.epoll(), events.address(), MAX_EVENTS, admission.bound(timeoutNanos));
    if (ready < 0 && ready != -Linux.EINTR) {
      throw new IllegalStateException("epoll_wait: " + LinuxCalls.message(-ready));
    }
    delivery.begin(handler);
    frames.begin();
    if (admission.resumes()) {
      watch(Linux.EPOLL_CTL_MOD, sockets.listener(), Linux.EPOLLIN, LISTENER);
    }
    for (int i = 0; i < ready; i++) {
      long at = (long) i * Linux.EPOLL_EVENT_BYTES;
      int what = events.get(JAVA_INT_UNALIGNED, at);
      long token = events.get(JAVA_LONG_UNALIGNED, at + Linux.EPOLL_DATA_OFFSET);
      if (token == UDP) {
        receiver.receive();
      } else if (token == WAKEUP) {
        wakeup.acknowledge(calls);
      } else if (token == LISTENER) {
        accept(handler);
      } else {
        serve(token, what);
      }
    }
    delivery.end();
  }

  /** Events that find no room stay ready: epoll reports them again, after others. */
  private void serve(long token, int what) {
    LinuxTcpPath path = connections.get(token);
    if (path == null) {
      // Closed by the handler since epoll reported it.
      return;
    }
    if ((what & Linux.EPOLLOUT) != 0) {
      path.writable(scratch);
    }
    if ((what & ~Linux.EPOLLOUT) != 0 && frames.hasRoom()) {
      frames.receive(path);
    }
  }

  private void accept(Handler handler) {
    for (int i = 0; i < TcpAdmission.MAX_ACCEPTS_A_POLL; i++) {
      remote.set(JAVA_INT, Sockaddr.SLOT_BYTES, Sockaddr.SLOT_BYTES);
      int fd = calls.accept4(
          sockets.listener(), remote.address(), remote.address() + Sockaddr.SLOT_BYTES, Linux.SOCK_NONBLOCK_CLOEXEC);
      switch (-fd) {
        case Linux.EAGAIN -> {
          return;
        }
        case Linux.EMFILE, Linux.ENFILE, Linux.ENOBUFS, Linux.ENOMEM -> {
          admission.pause(LinuxCalls.message(-fd));
          watch(Linux.EPOLL_CTL_MOD, sockets.listener(), 0, LISTENER);
          return;
        }
        default -> {
          // Other errors are of a connection that broke while it waited (accept(2)).
          if (fd >= 0) {
            admit(fd, handler);
          }
        }
      }
    }
  }

  private void admit(int fd, Handler handler) {
    if (!admission.admits()) {
      calls.close(fd);
      return;
    }
    sockets.configureConnection(fd);
    long token = nextToken++;
    LinuxTcpPath path = new LinuxTcpPath(
        this,
        admission.budget(),
        calls,
        fd,
        token,
        Sockaddr.addressHi(remote, 0, v6),
        Sockaddr.addressLo(remote, 0, v6),
        Sockaddr.port(remote, 0));
    connections.put(token, path);
    stats.increment(Counter.TCP_ACCEPTED);
    watch(Linux.EPOLL_CTL_ADD, fd, Linux.EPOLLIN, token);
    handler.onTcpAccepted(path);
  }

  /** Tells epoll what to report of a descriptor. */
  void watch(int operation, int fd, int what, long token) {
    event.set(JAVA_INT_UNALIGNED, 0, what);
    event.set(JAVA_LONG_UNALIGNED, Linux.EPOLL_DATA_OFFSET, token);
    int result = calls.epollControl(sockets.epoll(), operation, fd, event.address());
    if (result < 0) {
      throw new IllegalStateException("epoll_ctl: " + LinuxCalls.message(-result));
    }
  }

  void forget(LinuxTcpPath path) {
    connections.remove(path.token());
  }

  @Override
  public boolean joinsPackets() {
    return sender.joins() && calls.waitsToTheNanosecond();
  }

  @Override
  public long datagramAgeNanos() {
    return receiver.ageNanos();
  }

  @Override
  public void wakeup() {
    wakeup.signal();
  }

  @Override
  void send() {
    if (closed) {
      // Their descriptors may be somebody else's by now.
      return;
    }
    sender.begin(batch.slab());
    for (int run = 0; run < batch.runs(); run++) {
      Path path = batch.path(run);
      if (path instanceof LinuxUdpPath udp) {
        sender.add(udp, batch.offset(run), batch.length(run), batch.segmentLength(run));
      } else {
        ((LinuxTcpPath) path).send(batch.slab(), batch.offset(run), batch.length(run));
      }
    }
    sender.end();
  }

  @Override
  public void close() {
    if (!closed) {
      wakeup.close();
      for (LinuxTcpPath path : connections.values().toArray(LinuxTcpPath[]::new)) {
        path.close();
      }
      closed = true;
      sockets.close();
    }
  }
}
