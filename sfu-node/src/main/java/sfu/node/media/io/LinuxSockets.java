package sfu.node.media.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.InetAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The descriptors of a worker, opened and bound.
 *
 * @param packetInfo whether datagrams come with our address that they were sent to, see {@link PacketInfo}
 */
record LinuxSockets(
    LinuxCalls calls, int epoll, int wakeup, int udp, int listener, int udpPort, int tcpPort, boolean packetInfo) {

  private static final Logger LOG = LoggerFactory.getLogger(LinuxSockets.class);

  static LinuxSockets open(LinuxCalls calls, InetAddress bind, PortRange range, int workerIndex) throws IOException {
    int family = bind instanceof Inet4Address ? Linux.AF_INET : Linux.AF_INET6;
    int[] opened = {-1, -1, -1, -1};
    try {
      int epoll = opened[0] = checked(calls.epollCreate(Linux.CLOEXEC), "epoll_create1");
      int wakeup = opened[1] = checked(calls.eventfd(Linux.CLOEXEC | Linux.NONBLOCK), "eventfd");

      PortSearch udpSearch = new PortSearch("UDP", bind, range, workerIndex);
      int udp = opened[2] = bindFirstFree(calls, Linux.SOCK_DGRAM, family, udpSearch);
      growBuffers(calls, udp, workerIndex);
      // Without these two, a datagram a message is received and overflows go uncounted; nothing else changes.
      calls.setOption(udp, Linux.SOL_UDP, Linux.UDP_GRO, 1);
      calls.setOption(udp, Linux.SOL_SOCKET, Linux.SO_RXQ_OVFL, 1);
      calls.setOption(udp, Linux.SOL_SOCKET, Linux.SO_TIMESTAMPNS, 1);
      // A socket with an address of its own has nothing to ask.
      boolean packetInfo = bind.isAnyLocalAddress() && PacketInfo.enable(calls, udp, family == Linux.AF_INET6);

      PortSearch tcpSearch = new PortSearch("TCP", bind, range, udpSearch.port() - range.min());
      int listener = opened[3] = bindFirstFree(calls, Linux.SOCK_STREAM, family, tcpSearch);
      return new LinuxSockets(calls, epoll, wakeup, udp, listener, udpSearch.port(), tcpSearch.port(), packetInfo);
    } catch (IOException | RuntimeException e) {
      for (int fd : opened) {
        if (fd >= 0) {
          calls.close(fd);
        }
      }
      throw e;
    }
  }

  /** Best effort, on a connection just accepted. */
  void configureConnection(int fd) {
    calls.setOption(fd, Linux.SOL_TCP, Linux.TCP_NODELAY, 1);
    calls.setOption(fd, Linux.SOL_TCP, Linux.TCP_NOTSENT_LOWAT, TcpAdmission.UNSENT_BYTES);
  }

  void close() {
    calls.close(listener);
    calls.close(udp);
    calls.close(wakeup);
    calls.close(epoll);
  }

  /** To {@link NetIo#SOCKET_BUFFER_BYTES}, or as far as the system allows. */
  private static void growBuffers(LinuxCalls calls, int fd, int workerIndex) {
    int bytes = NetIo.SOCKET_BUFFER_BYTES;
    if (calls.setOption(fd, Linux.SOL_SOCKET, Linux.SO_RCVBUFFORCE, bytes) < 0) {
      calls.setOption(fd, Linux.SOL_SOCKET, Linux.SO_RCVBUF, bytes);
    }
    if (calls.setOption(fd, Linux.SOL_SOCKET, Linux.SO_SNDBUFFORCE, bytes) < 0) {
      calls.setOption(fd, Linux.SOL_SOCKET, Linux.SO_SNDBUF, bytes);
    }
    // The kernel doubles what is asked for, for its own bookkeeping, and reports the double.
    int granted = calls.option(fd, Linux.SOL_SOCKET, Linux.SO_RCVBUF) / 2;
    if (granted < bytes && workerIndex == 0) {
      LOG.info("the system grants {} KB of UDP receive buffer instead of {}: raise net.core.rmem_max for large calls",
          granted / 1024, bytes / 1024);
    }
  }

  /** A socket on the first port of the search that nobody has, listening if it is a stream's. */
  private static int bindFirstFree(LinuxCalls calls, int type, int family, PortSearch search) throws IOException {
    while (true) {
      int port = search.next();
      int fd = checked(calls.socket(family, type | Linux.SOCK_NONBLOCK_CLOEXEC), "socket");
      int result = bind(calls, fd, type, search.address(), port);
      if (result == 0) {
        return fd;
      }
      calls.close(fd);
      if (result != -Linux.EADDRINUSE && result != -Linux.EACCES) {
        throw new IOException(
            "port " + port + " on " + search.address().getHostAddress() + ": " + LinuxCalls.message(-result));
      }
    }
  }

  private static int bind(LinuxCalls calls, int fd, int type, InetAddress address, int port) {
    boolean v6 = !(address instanceof Inet4Address);
    boolean stream = type == Linux.SOCK_STREAM;
    if (v6) {
      calls.setOption(fd, Linux.SOL_IPV6, Linux.IPV6_V6ONLY, 0);
    }
    if (stream) {
      // Connections of an earlier process that wind down must not keep us from their port.
      calls.setOption(fd, Linux.SOL_SOCKET, Linux.SO_REUSEADDR, 1);
    }
    long hi = Addresses.hi(address);
    long lo = Addresses.lo(address);
    MemorySegment name = Arena.ofAuto().allocate(Sockaddr.SLOT_BYTES, 8);
    Sockaddr.write(name, 0, v6, Sockaddr.firstWord(v6, lo, port), hi, lo);
    int result = calls.bind(fd, name.address(), Sockaddr.length(v6));
    return result == 0 && stream ? calls.listen(fd, PortSearch.BACKLOG) : result;
  }

  private static int checked(int result, String what) throws IOException {
    if (result < 0) {
      throw new IOException(what + ": " + LinuxCalls.message(-result));
    }
    return result;
  }
}
