package sfu.load.wire;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import sfu.node.media.io.Linux;
import sfu.node.media.io.LinuxCalls;

/** Gathers the datagrams that one connected socket sends in a row, and sends them by one call of sendmmsg. */
final class DatagramsOut {

  private static final int MESSAGES = 32;
  private static final int NO_SOCKET = -1;

  private final LinuxCalls calls;
  private final MemorySegment slots = Arena.ofAuto().allocate((long) MESSAGES * Scratch.PACKET_BYTES, 64);
  private final MemorySegment headers = Arena.ofAuto().allocate((long) MESSAGES * Linux.MMSGHDR_BYTES, 64);
  private final MemorySegment vectors = Arena.ofAuto().allocate((long) MESSAGES * Linux.IOVEC_BYTES, 64);
  private int fd = NO_SOCKET;
  private int count;

  DatagramsOut(LinuxCalls calls) {
    this.calls = calls;
    for (int i = 0; i < MESSAGES; i++) {
      long header = (long) i * Linux.MMSGHDR_BYTES;
      long vector = (long) i * Linux.IOVEC_BYTES;
      headers.set(JAVA_LONG, header + Linux.IOV_OFFSET, vectors.address() + vector);
      headers.set(JAVA_LONG, header + Linux.IOV_COUNT_OFFSET, 1);
      vectors.set(JAVA_LONG, vector, slots.address() + (long) i * Scratch.PACKET_BYTES);
    }
  }

  MemorySegment segment() {
    return slots;
  }

  /** Where this socket's next datagram goes. */
  long reserve(int socket) {
    if (socket != fd || count == MESSAGES) {
      flush();
      fd = socket;
    }
    return (long) count * Scratch.PACKET_BYTES;
  }

  /** What was written where {@link #reserve} said is to be sent. */
  void add(int length) {
    vectors.set(JAVA_LONG, (long) count * Linux.IOVEC_BYTES + Linux.IOVEC_LENGTH_OFFSET, length);
    count++;
  }

  void flush() {
    int sent = 0;
    while (sent < count) {
      int result = calls.sendMessages(fd, headers.address() + (long) sent * Linux.MMSGHDR_BYTES, count - sent);
      if (result == -Linux.EAGAIN) {
        break;
      }
      // An error is of the first one alone, or was left behind by an earlier one.
      sent += Math.max(1, result);
    }
    count = 0;
    fd = NO_SOCKET;
  }
}
