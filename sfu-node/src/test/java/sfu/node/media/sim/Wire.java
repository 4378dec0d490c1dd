package sfu.node.media.sim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import sfu.protocol.sim.SimulatedLink;

/**
 * The way between one address of a client and the worker. Packets take the simulated links, except that handshakes run
 * in real time and so take no virtual time: DTLS always arrives at once, and all does while {@link #atOnce} is set. With
 * {@link #tcp} it is a TCP connection, whose packets come as frames.
 */
final class Wire {
  private static final long V4_MAPPED = 0x0000_ffff_0000_0000L;
  private static final long CLIENT_NET = 0x0a00_0001L;

  final int port;
  final SimulatedLink<byte[]> up;
  final SimulatedLink<byte[]> down;
  boolean atOnce;
  boolean tcp;
  private final long addressLo;
  private final List<Consumer<byte[]>> watchers = new ArrayList<>(0);
  private final Queue<byte[]> upNow = new ArrayDeque<>();
  private final Queue<byte[]> downNow = new ArrayDeque<>();

  Wire(int port, SimulatedLink<byte[]> up, SimulatedLink<byte[]> down) {
    this(V4_MAPPED | CLIENT_NET, port, up, down);
  }

  /** {@code addressLo}: the other's, who may be another worker. */
  Wire(long addressLo, int port, SimulatedLink<byte[]> up, SimulatedLink<byte[]> down) {
    this.addressLo = addressLo;
    this.port = port;
    this.up = up;
    this.down = down;
  }

  long addressLo() {
    return addressLo;
  }

  void sendUp(byte[] datagram, long nowNanos) {
    if (skipsTheLink(datagram)) {
      upNow.add(datagram);
    } else {
      up.send(datagram, datagram.length, nowNanos);
    }
  }

  /** {@code watcher} sees all that the worker sends. */
  void watchDown(Consumer<byte[]> watcher) {
    watchers.add(watcher);
  }

  void sendDown(byte[] datagram, long nowNanos) {
    watchers.forEach(watcher -> watcher.accept(datagram));
    if (skipsTheLink(datagram)) {
      downNow.add(datagram);
    } else {
      down.send(datagram, datagram.length, nowNanos);
    }
  }

  /** What reached the worker by now, or null. */
  byte[] arrivedUp(long nowNanos) {
    byte[] datagram = upNow.poll();
    return datagram != null ? datagram : up.receive(nowNanos);
  }

  /** What reached the client by now, or null. */
  byte[] arrivedDown(long nowNanos) {
    byte[] datagram = downNow.poll();
    return datagram != null ? datagram : down.receive(nowNanos);
  }

  private boolean skipsTheLink(byte[] datagram) {
    boolean dtls = datagram[0] >= 20 && datagram[0] <= 63;
    return atOnce || dtls;
  }
}
