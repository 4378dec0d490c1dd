package sfu.node.media.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;

/**
 * The sockets of one worker: a UDP socket and a TCP listener for all its transports. Everything but {@link #wakeup} and
 * {@link #stats} belongs to the loop thread; the thread that opens it hands it over. What the network does wrong is
 * counted in {@link IoStats}, never thrown; exceptions of the handler leave {@link #poll} as they are, and the rest of
 * that poll's packets are lost.
 */
public interface NetIo extends AutoCloseable {

  /** The longest datagram or frame that is delivered: anything WebRTC sends fits an Ethernet packet. */
  int MAX_PACKET_BYTES = 2048;

  /** Open TCP connections a worker has at most; further ones are closed at once. */
  int MAX_TCP_CONNECTIONS = 10_000;

  /** Datagrams and frames delivered between two {@link Handler#onBatchEnd}s at most. */
  int MAX_BATCH = 256;

  /** What is asked of the system for the UDP socket, each way: 30 ms of a gigabit. */
  int SOCKET_BUFFER_BYTES = 4 * 1024 * 1024;

  /** Receives what {@link #poll} finds, on the loop thread. */
  interface Handler {

    /** A datagram; its bytes stay until {@link NetIo#poll} returns. For the address see {@link Addresses}. */
    void onDatagram(MemorySegment segment, long offset, int length, long addressHi, long addressLo, int port);

    /** A new TCP connection; until its user closes it or {@link #onTcpClosed} tells its end. */
    void onTcpAccepted(Path path);

    /** One RFC 4571 frame without its length; its bytes stay until {@link NetIo#poll} returns. Never empty. */
    void onTcpFrame(Path path, MemorySegment segment, long offset, int length);

    /** The peer closed or broke the connection, or sent what is no frame; {@code path} is closed already. */
    void onTcpClosed(Path path);

    /** After each batch, at least once a poll, also if nothing came. */
    void onBatchEnd();
  }

  /**
   * Binds the first UDP port that is free in {@code range}, counted from a start that {@code workerIndex} shifts, and
   * the first free TCP port from there on, so mostly the same number. {@code ::} takes both IP families.
   *
   * @throws IOException if the range is exhausted, the address is not of this machine, or {@code kind} can't run here
   */
  static NetIo open(IoKind kind, InetAddress bind, PortRange range, int workerIndex) throws IOException {
    PortSearch.requireLocal(bind);
    return switch (kind) {
      case BEST -> open(Linux.here() ? IoKind.LINUX : IoKind.NIO, bind, range, workerIndex);
      case LINUX -> LinuxIo.open(bind, range, workerIndex);
      case NIO -> NioIo.open(bind, range, workerIndex);
    };
  }

  /** "linux" or "nio", for logs and metrics. */
  String name();

  /**
   * Whether it is worth waiting for some 100 µs for more packets to one path: {@link #poll} can wait for so little, and
   * those that are committed one after the other leave as one message. The loop's thread; it may learn that it is not so.
   */
  default boolean joinsPackets() {
    return false;
  }

  int udpPort();

  int tcpPort();

  /**
   * Sends what is gathered, waits up to {@code timeoutNanos} (0: not at all, {@link Long#MAX_VALUE}: until something
   * comes) and delivers what is there, bounded, the rest at the next call. May return early with nothing.
   */
  void poll(long timeoutNanos, Handler handler);

  /**
   * Within {@link Handler#onDatagram}: how long ago the datagram reached the machine, in nanoseconds, counted back from
   * the poll's first delivery; 0 where the system doesn't tell. A loop that is late must not look like a slow network.
   */
  default long datagramAgeNanos() {
    return 0;
  }

  /** Ends a wait in {@link #poll}, or keeps the next one from waiting. Any thread; many calls cost as one. */
  void wakeup();

  /** Where packets to send are written, at the offsets that {@link #reserve} gives. The same segment for life. */
  MemorySegment outBuffer();

  /**
   * The offset in {@link #outBuffer} at which the next packet, of up to {@code maxLength} bytes, is to be written; -1
   * if the path is closed. May flush. The place is given up by the next reservation, by a flush and by closing a TCP
   * path.
   *
   * @throws IllegalArgumentException if {@code maxLength} is not 1..{@link #MAX_PACKET_BYTES}
   */
  long reserve(Path path, int maxLength);

  /**
   * The packet at the last reserved offset is complete. Consecutive packets to one UDP path of equal length, of which
   * the last may be shorter, leave as one message where the system can. On TCP the frame's length goes before it.
   *
   * @throws IllegalStateException if nothing is reserved or {@code length} is not 1..maxLength
   */
  void commit(int length);

  /** Sends everything committed, in order for each path. What the system doesn't take is dropped and counted. */
  void flush();

  /**
   * A UDP destination, made once a remote address. On sockets bound to all addresses, a path to the sender of the
   * datagram that is being delivered, made within {@link Handler#onDatagram}, leaves from our address that the datagram
   * came to, where the system can say so ({@link IoKind#LINUX}); other paths leave from the one that routing prefers.
   *
   * @throws IllegalArgumentException for an IPv6 destination on a socket bound to an IPv4 address
   */
  Path udpPath(long addressHi, long addressLo, int port);

  IoStats stats();

  /** Closes sockets and connections, without telling the handler. By the loop thread, or after it ended. */
  @Override
  void close();
}
