package sfu.load.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/** Sockets by the JDK's own means, for systems other than Linux: a call for each datagram. */
final class NioSockets implements Sockets {

  private static final int RECEIVE_BUFFER_BYTES = 1 << 20;
  private static final int MAX_READS = 64;

  private final Selector selector = Selector.open();
  private final ByteBuffer inBuffer = ByteBuffer.allocateDirect(Scratch.PACKET_BYTES);
  private final ByteBuffer outBuffer = ByteBuffer.allocateDirect(Scratch.PACKET_BYTES);
  private final MemorySegment in = MemorySegment.ofBuffer(inBuffer);
  private final MemorySegment out = MemorySegment.ofBuffer(outBuffer);

  NioSockets() throws IOException {}

  @Override
  public Socket connect(InetSocketAddress server, Receiver receiver) throws IOException {
    DatagramChannel channel = DatagramChannel.open();
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER_BYTES);
      channel.connect(server);
      channel.register(selector, SelectionKey.OP_READ, receiver);
      return new NioSocket(channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private final class NioSocket implements Socket {
    private final DatagramChannel channel;

    NioSocket(DatagramChannel channel) {
      this.channel = channel;
    }

    @Override
    public long reserve() {
      return 0;
    }

    @Override
    public void send(int length) {
      try {
        channel.write(outBuffer.clear().limit(length));
      } catch (IOException _) {
        // Nobody listens at the other end: a browser only notices that nobody answers.
      }
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public MemorySegment out() {
    return out;
  }

  @Override
  public void flush() {
    // Nothing waits here.
  }

  @Override
  public void poll(long waitNanos) {
    try {
      if (waitNanos <= Pacer.GAP_NANOS) {
        // So near a packet of a paced frame is, and a selector counts milliseconds.
        selector.selectNow(this::serve);
      } else if (waitNanos == Long.MAX_VALUE) {
        selector.select(this::serve);
      } else {
        // Better late than busy.
        selector.select(this::serve, (waitNanos + 999_999) / 1_000_000);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the selector failed", e);
    }
  }

  private void serve(SelectionKey key) {
    DatagramChannel channel = (DatagramChannel) key.channel();
    Receiver receiver = (Receiver) key.attachment();
    for (int i = 0; i < MAX_READS && channel.isOpen(); i++) {
      inBuffer.clear();
      try {
        if (channel.read(inBuffer) <= 0) {
          return;
        }
      } catch (IOException _) {
        // As when sending.
        continue;
      }
      receiver.onDatagram(in, 0, inBuffer.position(), System.nanoTime());
    }
  }

  @Override
  public void wakeup() {
    selector.wakeup();
  }

  @Override
  public void close() {
    try {
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
