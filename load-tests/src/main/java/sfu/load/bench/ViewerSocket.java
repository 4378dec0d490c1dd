package sfu.load.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;

/**
 * A viewer's socket. Once connected nobody reads it: the kernel carries each packet as far as its receive buffer, finds
 * that full and drops it, which disturbs the measured thread less than a thread that drains it would.
 */
final class ViewerSocket implements ClientSocket {
  private final DatagramChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(2048);
  private InetSocketAddress server;

  ViewerSocket() throws IOException {
    this.channel = DatagramChannel.open().bind(new InetSocketAddress(Loopback.ADDRESS, 0));
    channel.configureBlocking(false);
  }

  /** Where it sends. */
  void aim(InetSocketAddress address) {
    server = address;
  }

  @Override
  public int port() {
    return channel.socket().getLocalPort();
  }

  @Override
  public void send(byte[] datagram) throws IOException {
    channel.send(ByteBuffer.wrap(datagram), server);
  }

  @Override
  public byte[] receive() throws IOException {
    buffer.clear();
    return channel.receive(buffer) == null ? null : Arrays.copyOf(buffer.array(), buffer.position());
  }

  /** From here on nothing is read. */
  void ignore() throws IOException {
    channel.setOption(StandardSocketOptions.SO_RCVBUF, 1);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
