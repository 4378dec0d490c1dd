package sfu.node.media.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker's sockets by {@code java.nio.channels}: works everywhere, a system call and some garbage a datagram. It
 * can't tell which of our addresses a datagram came to (there is no IP_PKTINFO): bound to all addresses of a machine
 * with several, it answers from the one that routing prefers, and clients that asked another take longer to connect, or
 * never do. Bind the one that they reach.
 */
final class NioIo extends SocketIo {

  private static final Logger LOG = LoggerFactory.getLogger(NioIo.class);

  /** Longer than any packet we take, so that a datagram cut by the buffer's end shows. */
  private static final int SLOT_BYTES = MAX_PACKET_BYTES + 64;

  private final Selector selector;
  private final DatagramChannel udp;
  private final SelectionKey listenerKey;
  private final int udpPort;
  private final int tcpPort;

  private final ByteBuffer outView = batch.slab().asByteBuffer();
  private final MemorySegment in = Arena.ofAuto().allocate((long) MAX_BATCH * SLOT_BYTES, 64);
  private final ByteBuffer inView = in.asByteBuffer();

  private NioIo(InetAddress bind, Selector selector, DatagramChannel udp, ServerSocketChannel listener)
      throws IOException {
    super(bind);
    this.selector = selector;
    this.udp = udp;
    udp.configureBlocking(false);
    udp.register(selector, SelectionKey.OP_READ);
    listener.configureBlocking(false);
    this.listenerKey = listener.register(selector, SelectionKey.OP_ACCEPT);
    this.udpPort = ((InetSocketAddress) udp.getLocalAddress()).getPort();
    this.tcpPort = ((InetSocketAddress) listener.getLocalAddress()).getPort();
  }

  static NioIo open(InetAddress bind, PortRange range, int workerIndex) throws IOException {
    ProtocolFamily family = bind instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
    Selector selector = Selector.open();
    DatagramChannel udp = null;
    ServerSocketChannel listener = null;
    try {
      udp = DatagramChannel.open(family);
      udp.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
      udp.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
      int port = bind(udp, "UDP", bind, range, workerIndex);
      listener = ServerSocketChannel.open(family);
      listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      bind(listener, "TCP", bind, range, port - range.min());
      return new NioIo(bind, selector, udp, listener);
    } catch (IOException | RuntimeException e) {
      selector.close();
      if (udp != null) {
        udp.close();
      }
      if (listener != null) {
        listener.close();
      }
      throw e;
    }
  }

  private static int bind(NetworkChannel channel, String protocol, InetAddress address, PortRange range, int start)
      throws IOException {
    PortSearch search = new PortSearch(protocol, address, range, start);
    while (true) {
      int port = search.next();
      try {
        if (channel instanceof ServerSocketChannel listener) {
          listener.bind(new InetSocketAddress(address, port), PortSearch.BACKLOG);
        } else {
          channel.bind(new InetSocketAddress(address, port));
        }
        return port;
      } catch (BindException taken) {
        LOG.trace("{} port {}: {}", protocol, port, taken.getMessage());
      }
    }
  }

  @Override
  public String name() {
    return "nio";
  }

  @Override
  public int udpPort() {
    return udpPort;
  }

  @Override
  public int tcpPort() {
    return tcpPort;
  }

  @Override
  public Path udpPath(long addressHi, long addressLo, int port) {
    checkFamily(addressHi, addressLo);
    return new NioUdpPath(addressHi, addressLo, port);
  }

  @Override
  public void poll(long timeoutNanos, Handler handler) {
    flush();
    selector.selectedKeys().clear();
    select(admission.bound(timeoutNanos));
    delivery.begin(handler);
    frames.begin();
    if (admission.resumes()) {
      listenerKey.interestOps(SelectionKey.OP_ACCEPT);
    }
    // Keys that find no room stay ready: the next select returns them at once.
    for (SelectionKey key : selector.selectedKeys()) {
      if (key.isValid()) {
        serve(key, handler);
      }
    }
    delivery.end();
  }

  /** Milliseconds are all a selector knows: a wait ends late by less than one. */
  private void select(long timeoutNanos) {
    try {
      if (timeoutNanos <= 0) {
        selector.selectNow();
      } else if (timeoutNanos == Long.MAX_VALUE) {
        selector.select();
      } else {
        selector.select(TimeUnit.NANOSECONDS.toMillis(timeoutNanos - 1) + 1);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the selector of a media worker failed", e);
    }
  }

  private void serve(SelectionKey key, Handler handler) {
    if (key.attachment() instanceof NioTcpPath path) {
      int ready = key.readyOps();
      if ((ready & SelectionKey.OP_WRITE) != 0) {
        path.writable(scratch);
      }
      if ((ready & SelectionKey.OP_READ) != 0 && frames.hasRoom()) {
        frames.receive(path);
      }
    } else if (key == listenerKey) {
      accept(handler);
    } else {
      receive();
    }
  }

  private void receive() {
    long bytes = 0;
    int received = 0;
    for (int slot = 0; slot < MAX_BATCH; slot++) {
      int offset = slot * SLOT_BYTES;
      inView.limit(offset + SLOT_BYTES).position(offset);
      InetSocketAddress from = receiveOne();
      if (from == null) {
        break;
      }
      int length = inView.position() - offset;
      received++;
      bytes += length;
      if (length > MAX_PACKET_BYTES) {
        stats.increment(IoStats.Counter.DATAGRAMS_OVERSIZE);
      } else {
        InetAddress address = from.getAddress();
        delivery.datagram(in, offset, length, Addresses.hi(address), Addresses.lo(address), from.getPort());
      }
    }
    stats.add(IoStats.Counter.DATAGRAMS_IN, received);
    stats.add(IoStats.Counter.DATAGRAM_BYTES_IN, bytes);
  }

  private InetSocketAddress receiveOne() {
    stats.increment(IoStats.Counter.RECEIVE_CALLS);
    try {
      return (InetSocketAddress) udp.receive(inView);
    } catch (IOException e) {
      // An error that an earlier send left on the socket, read off by this call.
      LOG.debug("receiving on UDP port {}", udpPort, e);
      return null;
    }
  }

  private void accept(Handler handler) {
    for (int i = 0; i < TcpAdmission.MAX_ACCEPTS_A_POLL; i++) {
      SocketChannel channel;
      try {
        channel = ((ServerSocketChannel) listenerKey.channel()).accept();
      } catch (IOException e) {
        admission.pause(e.getMessage());
        listenerKey.interestOps(0);
        return;
      }
      if (channel == null) {
        return;
      }
      NioTcpPath path = admit(channel);
      if (path != null) {
        handler.onTcpAccepted(path);
      }
    }
  }

  /** The connection as a path, or null if there are too many or it has gone already. */
  private NioTcpPath admit(SocketChannel channel) {
    try {
      if (!admission.admits()) {
        channel.close();
        return null;
      }
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.setOption(StandardSocketOptions.SO_SNDBUF, TcpAdmission.UNSENT_BYTES);
      InetSocketAddress remote = (InetSocketAddress) channel.getRemoteAddress();
      SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
      NioTcpPath path = new NioTcpPath(this, admission.budget(), channel, key, remote);
      key.attach(path);
      stats.increment(IoStats.Counter.TCP_ACCEPTED);
      return path;
    } catch (IOException e) {
      LOG.debug("a connection to TCP port {} broke as it was accepted", tcpPort, e);
      return null;
    }
  }

  @Override
  public void wakeup() {
    selector.wakeup();
  }

  @Override
  void send() {
    for (int run = 0; run < batch.runs(); run++) {
      Path path = batch.path(run);
      if (path instanceof NioTcpPath tcp) {
        tcp.send(batch.slab(), batch.offset(run), batch.length(run));
      } else {
        sendRun((NioUdpPath) path, batch.offset(run), batch.length(run), batch.segmentLength(run));
      }
    }
  }

  private void sendRun(NioUdpPath path, int offset, int length, int segmentLength) {
    int end = offset + length;
    for (int at = offset; at < end; at += segmentLength) {
      outView.limit(Math.min(end, at + segmentLength)).position(at);
      int bytes = outView.remaining();
      stats.increment(IoStats.Counter.SEND_CALLS);
      try {
        if (udp.send(outView, path.address()) == 0) {
          stats.increment(IoStats.Counter.SEND_DROPS_FULL);
        } else {
          stats.increment(IoStats.Counter.DATAGRAMS_OUT);
          stats.add(IoStats.Counter.DATAGRAM_BYTES_OUT, bytes);
        }
      } catch (SocketException unreachable) {
        stats.increment(IoStats.Counter.SEND_ERRORS_UNREACHABLE);
      } catch (IOException e) {
        stats.increment(IoStats.Counter.SEND_ERRORS_OTHER);
      }
    }
  }

  @Override
  public void close() {
    if (!selector.isOpen()) {
      return;
    }
    try {
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException("closing the sockets of UDP port " + udpPort, e);
    }
  }
}
