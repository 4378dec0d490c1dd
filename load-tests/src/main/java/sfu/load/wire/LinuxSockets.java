package sfu.load.wire;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import org.agrona.collections.Long2ObjectHashMap;
import sfu.node.media.io.Addresses;
import sfu.node.media.io.Linux;
import sfu.node.media.io.LinuxCalls;
import sfu.node.media.io.Sockaddr;
import sfu.node.media.io.WakeupEvent;

/**
 * Sockets by epoll, recvmmsg with UDP_GRO, and sendmmsg of single datagrams, as a browser's are.
 *
 * <p>While packets come, a poll doesn't wait for the next one but for a moment, and then takes all that came: a thread
 * that is woken for each packet takes a processor from the server whose cost is measured, and makes the server pay for
 * waking it. Nothing that is measured changes by it, since the kernel says when a datagram came.
 */
final class LinuxSockets implements Sockets {

  private static final int MAX_EVENTS = 512;

  /** How long datagrams gather. */
  private static final long GATHER_NANOS = 1_000_000;

  /**
   * Less isn't slept: the kernel wakes a thread some 60 µs late, and that takes as much of a processor as to spin for
   * the 20 µs from one packet of a paced frame to the next.
   */
  private static final long MIN_SLEEP_NANOS = 60_000;

  /** After so many polls that brought nothing, the next waits for the next datagram. */
  private static final int IDLE_POLLS = 20;

  /** Video comes in bursts of a frame's packets; so much waits in the kernel while this thread does something else. */
  private static final int RECEIVE_BUFFER_BYTES = 1 << 20;

  private static final long WAKEUP = 0;

  private final LinuxCalls calls = new LinuxCalls();
  private final int epoll;
  /** Has the wakeup alone. */
  private final int pause;
  private final int wakeupFd;
  private final WakeupEvent wakeup;
  private final DatagramsIn in = new DatagramsIn(calls);
  private final DatagramsOut out = new DatagramsOut(calls);
  private final Long2ObjectHashMap<LinuxSocket> sockets = new Long2ObjectHashMap<>();
  private final MemorySegment events = Arena.ofAuto().allocate((long) MAX_EVENTS * Linux.EPOLL_EVENT_BYTES, 8);
  private final MemorySegment event = Arena.ofAuto().allocate(Linux.EPOLL_EVENT_BYTES, 8);
  private final MemorySegment address = Arena.ofAuto().allocate(Sockaddr.SLOT_BYTES, 8);
  private long nextToken = WAKEUP + 1;
  private int idlePolls;
  private long gatheredNanos = System.nanoTime();

  LinuxSockets() throws IOException {
    epoll = checked(calls.epollCreate(Linux.CLOEXEC));
    pause = checked(calls.epollCreate(Linux.CLOEXEC));
    wakeupFd = checked(calls.eventfd(Linux.CLOEXEC | Linux.NONBLOCK));
    wakeup = new WakeupEvent(wakeupFd);
    watch(epoll, wakeupFd, WAKEUP);
    watch(pause, wakeupFd, WAKEUP);
  }

  private void watch(int by, int fd, long token) throws IOException {
    event.set(JAVA_INT, 0, Linux.EPOLLIN);
    event.set(JAVA_LONG_UNALIGNED, Linux.EPOLL_DATA_OFFSET, token);
    checked(calls.epollControl(by, Linux.EPOLL_CTL_ADD, fd, event.address()));
  }

  private static int checked(int result) throws IOException {
    if (result == -Linux.EMFILE || result == -Linux.ENFILE) {
      throw new IOException(
          "no file descriptor left for another socket: raise the hard limit, see `ulimit -Hn`");
    }
    if (result < 0) {
      throw new IOException(LinuxCalls.message(-result));
    }
    return result;
  }

  @Override
  public Socket connect(InetSocketAddress server, Receiver receiver) throws IOException {
    boolean v6 = !(server.getAddress() instanceof Inet4Address);
    int family = v6 ? Linux.AF_INET6 : Linux.AF_INET;
    int fd = checked(calls.socket(family, Linux.SOCK_DGRAM | Linux.SOCK_NONBLOCK_CLOEXEC));
    try {
      long hi = Addresses.hi(server.getAddress());
      long lo = Addresses.lo(server.getAddress());
      Sockaddr.write(address, 0, v6, Sockaddr.firstWord(v6, lo, server.getPort()), hi, lo);
      checked(calls.connect(fd, address.address(), Sockaddr.length(v6)));
      // Best effort, each: without them more is lost, or costs more, or is measured less well.
      if (calls.setOption(fd, Linux.SOL_SOCKET, Linux.SO_RCVBUFFORCE, RECEIVE_BUFFER_BYTES) < 0) {
        calls.setOption(fd, Linux.SOL_SOCKET, Linux.SO_RCVBUF, RECEIVE_BUFFER_BYTES);
      }
      calls.setOption(fd, Linux.SOL_UDP, Linux.UDP_GRO, 1);
      calls.setOption(fd, Linux.SOL_SOCKET, Linux.SO_TIMESTAMPNS, 1);
      LinuxSocket socket = new LinuxSocket(fd, nextToken++, receiver);
      watch(epoll, fd, socket.token);
      sockets.put(socket.token, socket);
      return socket;
    } catch (IOException e) {
      calls.close(fd);
      throw e;
    }
  }

  /** Its token is never used twice: an event that epoll had reported before it was closed finds nobody. */
  private final class LinuxSocket implements Socket {
    private final int fd;
    private final long token;
    private final Receiver receiver;

    LinuxSocket(int fd, long token, Receiver receiver) {
      this.fd = fd;
      this.token = token;
      this.receiver = receiver;
    }

    @Override
    public long reserve() {
      return out.reserve(fd);
    }

    @Override
    public void send(int length) {
      out.add(length);
    }

    @Override
    public void close() {
      out.flush();
      sockets.remove(token);
      calls.close(fd);
    }
  }

  @Override
  public MemorySegment out() {
    return out.segment();
  }

  @Override
  public void flush() {
    out.flush();
  }

  @Override
  public void poll(long waitNanos) {
    boolean gathers = idlePolls < IDLE_POLLS || waitNanos < MIN_SLEEP_NANOS;
    if (gathers && !gather(waitNanos)) {
      return;
    }
    int ready = calls.epollWait(epoll, events.address(), MAX_EVENTS, gathers ? 0 : waitNanos);
    if (ready < 0 && ready != -Linux.EINTR) {
      throw new IllegalStateException("epoll_wait: " + LinuxCalls.message(-ready));
    }
    if (ready > 0) {
      in.readClocks();
    }
    boolean idle = true;
    for (int i = 0; i < ready; i++) {
      long token = events.get(JAVA_LONG_UNALIGNED, (long) i * Linux.EPOLL_EVENT_BYTES + Linux.EPOLL_DATA_OFFSET);
      if (token == WAKEUP) {
        wakeup.acknowledge(calls);
        continue;
      }
      LinuxSocket socket = sockets.get(token);
      if (socket != null) {
        idle = false;
        in.receive(socket.fd, socket.receiver);
      }
    }
    idlePolls = idle ? idlePolls + 1 : 0;
    gatheredNanos = System.nanoTime() + GATHER_NANOS;
  }

  /** Waits while datagrams gather. Says whether they are to be received; if not, timers may be due. */
  private boolean gather(long waitNanos) {
    long nowNanos = System.nanoTime();
    long sleepNanos = Math.min(waitNanos, gatheredNanos - nowNanos);
    if (sleepNanos >= MIN_SLEEP_NANOS) {
      // The bytes of a wakeup stay unread here: who receives sees them too.
      if (calls.epollWait(pause, events.address(), 1, sleepNanos) != 0) {
        return true;
      }
      nowNanos = System.nanoTime();
    } else {
      Thread.onSpinWait();
    }
    return nowNanos - gatheredNanos >= 0;
  }

  @Override
  public void wakeup() {
    wakeup.signal();
  }

  @Override
  public void close() {
    wakeup.close();
    sockets.values().forEach(socket -> calls.close(socket.fd));
    sockets.clear();
    calls.close(epoll);
    calls.close(pause);
    calls.close(wakeupFd);
  }
}
