package sfu.node.media.io;

import java.lang.foreign.MemorySegment;

/** Hands packets to a poll's handler and ends a batch when it is full. */
final class Delivery {

  private NetIo.Handler handler;
  private int delivered;

  void begin(NetIo.Handler pollHandler) {
    handler = pollHandler;
    delivered = 0;
  }

  NetIo.Handler handler() {
    return handler;
  }

  void datagram(MemorySegment segment, long offset, int length, long addressHi, long addressLo, int port) {
    handler.onDatagram(segment, offset, length, addressHi, addressLo, port);
    count();
  }

  void frame(Path path, MemorySegment segment, long offset, int length) {
    handler.onTcpFrame(path, segment, offset, length);
    count();
  }

  void end() {
    handler.onBatchEnd();
  }

  private void count() {
    if (++delivered == NetIo.MAX_BATCH) {
      delivered = 0;
      handler.onBatchEnd();
    }
  }
}
