package sfu.load.wire;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import sfu.node.media.io.Linux;

/** The UDP sockets of one loop, each connected to one address of a server. Confined to it but for {@link #wakeup}. */
interface Sockets extends AutoCloseable {

  /** Who gets what comes from a socket. */
  interface Receiver {

    /**
     * A datagram, valid and writable during the call.
     *
     * @param arrivalNanos when it reached this machine, by {@link System#nanoTime}
     */
    void onDatagram(MemorySegment segment, long offset, int length, long arrivalNanos);
  }

  /** One of them. */
  interface Socket {

    /** Where in {@link Sockets#out} the next datagram is to be written, of up to {@link Scratch#PACKET_BYTES}. */
    long reserve();

    /** Sends what was written there. What the system doesn't take is lost, as on any network. */
    void send(int length);

    /** Nothing comes any more; once. */
    void close();
  }

  /** The cheapest that the system has. */
  static Sockets open() throws IOException {
    return Linux.here() ? new LinuxSockets() : new NioSockets();
  }

  /** @throws IOException if the system has no socket left; its message says what to do */
  Socket connect(InetSocketAddress server, Receiver receiver) throws IOException;

  /** What is to be sent is written here. */
  MemorySegment out();

  /** What was sent and still waits leaves. */
  void flush();

  /** Waits until something came or so long, and hands out what came. {@link Long#MAX_VALUE} waits for ever. */
  void poll(long waitNanos);

  /** Ends a wait, or the next one; any thread. */
  void wakeup();

  @Override
  void close();
}
