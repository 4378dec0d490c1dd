package sfu.node.media.sim;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import sfu.protocol.sim.SimulatedLink;

/** A client's way to a real worker: what its simulated transport puts on the wire goes out by a UDP socket. */
final class SocketWire implements AutoCloseable {
  final Wire wire;
  private final DatagramChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(2048);

  SocketWire(int workerPort) throws IOException {
    channel = DatagramChannel.open();
    channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), workerPort));
    channel.configureBlocking(false);
    int port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
    wire = new Wire(port, new SimulatedLink<>(1), new SimulatedLink<>(2));
    wire.atOnce = true;
  }

  /** Moves what waits on either side. */
  void pump(long nowNanos) throws IOException {
    for (byte[] datagram = wire.arrivedUp(nowNanos); datagram != null; datagram = wire.arrivedUp(nowNanos)) {
      channel.write(ByteBuffer.wrap(datagram));
    }
    while (channel.read(buffer.clear()) > 0) {
      wire.sendDown(Arrays.copyOf(buffer.array(), buffer.position()), nowNanos);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
