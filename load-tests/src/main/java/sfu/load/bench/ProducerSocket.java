package sfu.load.bench;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import sfu.node.media.io.Addresses;
import sfu.node.media.io.IoKind;
import sfu.node.media.io.NetIo;
import sfu.node.media.io.Path;

/** A producer's socket: sends a burst by one segmented message where the system can, as a browser does. */
final class ProducerSocket implements ClientSocket {
  private final NetIo io;
  private final Path server;
  private final Deque<byte[]> received = new ArrayDeque<>();

  ProducerSocket(InetSocketAddress server) throws IOException {
    this.io = NetIo.open(IoKind.BEST, server.getAddress(), Loopback.PORTS, 0);
    this.server = pathTo(server);
  }

  NetIo io() {
    return io;
  }

  Path pathTo(InetSocketAddress address) {
    return io.udpPath(Addresses.hi(address.getAddress()), Addresses.lo(address.getAddress()), address.getPort());
  }

  @Override
  public int port() {
    return io.udpPort();
  }

  @Override
  public void send(byte[] datagram) {
    long at = io.reserve(server, datagram.length);
    MemorySegment.copy(datagram, 0, io.outBuffer(), ValueLayout.JAVA_BYTE, at, datagram.length);
    io.commit(datagram.length);
    io.flush();
  }

  @Override
  public byte[] receive() {
    if (received.isEmpty()) {
      io.poll(0, new Handler());
    }
    return received.poll();
  }

  /** Forgets what came, feedback mostly. */
  void drain() {
    io.poll(0, new Handler());
    received.clear();
  }

  @Override
  public void close() {
    io.close();
  }

  private final class Handler implements UdpHandler {
    @Override
    public void onDatagram(MemorySegment segment, long offset, int length, long addressHi, long addressLo, int port) {
      received.add(segment.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
    }

    @Override
    public void onBatchEnd() {}
  }
}
