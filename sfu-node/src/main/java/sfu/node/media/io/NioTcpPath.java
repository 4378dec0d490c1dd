package sfu.node.media.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.slf4j.LoggerFactory;

/** A TCP connection as a channel registered with its worker's selector. */
final class NioTcpPath extends TcpPath {

  private final SocketChannel channel;
  private final SelectionKey key;

  NioTcpPath(NioIo io, SendQueue.Budget budget, SocketChannel channel, SelectionKey key, InetSocketAddress remote) {
    super(io, budget, Addresses.hi(remote.getAddress()), Addresses.lo(remote.getAddress()), remote.getPort());
    this.channel = channel;
    this.key = key;
  }

  @Override
  int read(MemorySegment into, long offset, int length) {
    try {
      return channel.read(into.asSlice(offset, length).asByteBuffer());
    } catch (IOException reset) {
      return -1;
    }
  }

  @Override
  int write(MemorySegment from, long offset, int length) {
    try {
      return channel.write(from.asSlice(offset, length).asByteBuffer());
    } catch (IOException reset) {
      return -1;
    }
  }

  @Override
  void awaitWritable(boolean await) {
    key.interestOps(await ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
  }

  @Override
  protected void release() {
    super.release();
    try {
      channel.close();
    } catch (IOException e) {
      LoggerFactory.getLogger(NioTcpPath.class).debug("closing {}", this, e);
    }
  }
}
