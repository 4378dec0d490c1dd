package sfu.node.media.io;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Reads TCP connections and cuts what they bring into frames (RFC 4571). Frames are delivered where they were read, in
 * one off-heap area for all connections that lasts for a poll; only the beginning of an unfinished frame is copied.
 */
final class FrameReceiver {

  private static final int AREA_BYTES = 512 * 1024;
  private static final int READ_BYTES = 16 * 1024;
  private static final int MAX_PARTIAL_BYTES = FrameLength.BYTES + NetIo.MAX_PACKET_BYTES;

  private final MemorySegment area = Arena.ofAuto().allocate(AREA_BYTES, 64);
  private final IoStats stats;
  private final Delivery delivery;
  private int used;

  FrameReceiver(IoStats stats, Delivery delivery) {
    this.stats = stats;
    this.delivery = delivery;
  }

  /** A poll begins: what the last one delivered is void. */
  void begin() {
    used = 0;
  }

  /** Whether another connection can be read in this poll; the rest have to wait for the next. */
  boolean hasRoom() {
    return used + MAX_PARTIAL_BYTES + READ_BYTES <= AREA_BYTES;
  }

  /** Reads a connection once and delivers its frames; closes it if it has ended, or if the handler throws. */
  void receive(TcpPath path) {
    boolean alive = false;
    try {
      alive = deliver(path);
    } finally {
      if (!alive && !path.isClosed()) {
        path.close();
      }
    }
    if (!alive) {
      delivery.handler().onTcpClosed(path);
    }
  }

  /** False if the connection has ended or must end, by no wish of the handler's. */
  private boolean deliver(TcpPath path) {
    int at = used;
    int before = path.partialLength();
    int read = path.read(area, at + before, READ_BYTES);
    if (read <= 0) {
      return read == 0;
    }
    path.takePartial(area, at);
    int end = at + before + read;
    used = end;
    stats.add(IoStats.Counter.TCP_BYTES_IN, read);
    while (end - at >= FrameLength.BYTES) {
      int length = FrameLength.get(area, at);
      if (length > NetIo.MAX_PACKET_BYTES) {
        stats.increment(IoStats.Counter.TCP_OVERSIZE_FRAMES);
        return false;
      }
      int frame = at + FrameLength.BYTES;
      if (end - frame < length) {
        break;
      }
      at = frame + length;
      if (length > 0) {
        stats.increment(IoStats.Counter.TCP_FRAMES_IN);
        delivery.frame(path, area, frame, length);
        if (path.isClosed()) {
          return true;
        }
      }
    }
    path.keepPartial(area, at, end - at);
    return true;
  }
}
