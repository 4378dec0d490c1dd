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

  /** And where the time until the next packet is to be sent would be spun away otherwise. */
  private static final long SHORT_GATHER_NANOS = 30_000;

  /**
   * Less isn't slept: the kernel wakes a thread some 60 µs late, and a sleep takes 20 µs of a virtual processor (where
   * each is two exits to the host), as much as to spin from one packet of a paced frame to the next.
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
  private final MemorySegment pauseEvent = Arena.ofAuto().allocate(Linux.EPOLL_EVENT_BYTES, 8);
  private long nextToken = WAKEUP + 1;
  /** Events that were found, and the first of which nothing was received yet. */
  private int ready;
  private int nextReady;
  private int idlePolls;
  private long receivedNanos = System.nanoTime();

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
    long untilNanos = waitNanos == Long.MAX_VALUE ? Long.MAX_VALUE : System.nanoTime() + waitNanos;
    if (nextReady == ready) {
      boolean gathers = idlePolls < IDLE_POLLS || waitNanos < MIN_SLEEP_NANOS;
      if (gathers && !gather(waitNanos)) {
        return;
      }
      findReady(gathers ? 0 : waitNanos);
    }
    receive(untilNanos);
  }

  /** Notes which sockets have something to receive. */
  private void findReady(long waitNanos) {
    nextReady = 0;
    ready = calls.epollWait(epoll, events.address(), MAX_EVENTS, waitNanos);
    if (ready < 0) {
      if (ready != -Linux.EINTR) {
        throw new IllegalStateException("epoll_wait: " + LinuxCalls.message(-ready));
      }
      ready = 0;
    }
    if (ready > 0) {
      in.readClocks();
    }
    idlePolls++;
  }

  /**
   * Receives from those sockets, one at least and no longer than until then: a packet that is due 20 µs from now goes
   * in time, and those 20 µs aren't spent waiting.
   */
  private void receive(long untilNanos) {
    long nowNanos;
    do {
      if (nextReady < ready) {
        receiveNext();
      }
      nowNanos = System.nanoTime();
    } while (nextReady < ready && nowNanos < untilNanos);
    receivedNanos = nowNanos;
  }

  private void receiveNext() {
    long event = (long) nextReady++ * Linux.EPOLL_EVENT_BYTES;
    long token = events.get(JAVA_LONG_UNALIGNED, event + Linux.EPOLL_DATA_OFFSET);
    if (token == WAKEUP) {
      wakeup.acknowledge(calls);
      return;
    }
    LinuxSocket socket = sockets.get(token);
    if (socket != null) {
      idlePolls = 0;
      in.receive(socket.fd, socket.receiver);
    }
  }

  /** Waits while datagrams gather. Says whether they are to be received; if not, timers may be due. */
  private boolean gather(long waitNanos) {
    long nowNanos = System.nanoTime();
    long gatheredNanos = nowNanos - receivedNanos;
    if (waitNanos < MIN_SLEEP_NANOS) {
      if (gatheredNanos >= SHORT_GATHER_NANOS) {
        return true;
      }
      Thread.onSpinWait();
      return false;
    }
    long sleepNanos = Math.min(waitNanos, GATHER_NANOS - gatheredNanos);
    // The bytes of a wakeup stay unread here: who receives sees them too.
    return sleepNanos < MIN_SLEEP_NANOS
        || calls.epollWait(pause, pauseEvent.address(), 1, sleepNanos) != 0
        || System.nanoTime() - receivedNanos >= GATHER_NANOS;
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
