package sfu.load.wire;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import sfu.node.media.io.Linux;
import sfu.node.media.io.LinuxCalls;

/**
 * Receives from connected sockets by recvmmsg. With UDP_GRO, what a server sent as one message of equal datagrams comes
 * as one: on the loopback nobody ever takes it apart, which a network card would do for a server elsewhere.
 */
final class DatagramsIn {

  /** Few, so that they stay in the processor's cache: a frame is one or two messages. */
  private static final int MESSAGES = 8;

  private static final int SLOT_BYTES = 1 << 16;

  /** For UDP_GRO and SO_TIMESTAMPNS. */
  private static final int CONTROL_BYTES = 64;

  /** A clock that was set in between must not turn into a delay. */
  private static final long MAX_AGE_NANOS = 1_000_000_000;

  private final LinuxCalls calls;
  private final MemorySegment slots;
  private final MemorySegment headers = Arena.ofAuto().allocate((long) MESSAGES * Linux.MMSGHDR_BYTES, 64);
  private final MemorySegment vectors = Arena.ofAuto().allocate((long) MESSAGES * Linux.IOVEC_BYTES, 64);
  private final MemorySegment controls = Arena.ofAuto().allocate((long) MESSAGES * CONTROL_BYTES, 64);
  private long nowNanos;
  private long nowMinusRealNanos;
  private int segmentLength;
  private long stampNanos;

  DatagramsIn(LinuxCalls calls) {
    this.calls = calls;
    this.slots = calls.map((long) MESSAGES * SLOT_BYTES);
    for (int i = 0; i < MESSAGES; i++) {
      long header = (long) i * Linux.MMSGHDR_BYTES;
      long vector = (long) i * Linux.IOVEC_BYTES;
      headers.set(JAVA_LONG, header + Linux.IOV_OFFSET, vectors.address() + vector);
      headers.set(JAVA_LONG, header + Linux.IOV_COUNT_OFFSET, 1);
      headers.set(JAVA_LONG, header + Linux.CONTROL_OFFSET, controls.address() + (long) i * CONTROL_BYTES);
      headers.set(JAVA_LONG, header + Linux.CONTROL_LENGTH_OFFSET, CONTROL_BYTES);
      vectors.set(JAVA_LONG, vector, slots.address() + (long) i * SLOT_BYTES);
      vectors.set(JAVA_LONG, vector + Linux.IOVEC_LENGTH_OFFSET, SLOT_BYTES);
    }
  }

  /** To be called before what came is received: how {@link System#nanoTime} and the kernel's clock stand. */
  void readClocks() {
    nowNanos = System.nanoTime();
    nowMinusRealNanos = nowNanos - calls.realTimeNanos();
  }

  /** One call's worth. An error is nothing there, or that nobody listens at the other end: a browser waits and sees. */
  void receive(int fd, Sockets.Receiver receiver) {
    int messages = calls.receiveMessages(fd, headers.address(), MESSAGES);
    if (messages <= 0) {
      return;
    }
    for (int i = 0; i < messages; i++) {
      long header = (long) i * Linux.MMSGHDR_BYTES;
      int length = headers.get(JAVA_INT, header + Linux.MESSAGE_LENGTH_OFFSET);
      readControls((long) i * CONTROL_BYTES, headers.get(JAVA_LONG, header + Linux.CONTROL_LENGTH_OFFSET));
      headers.set(JAVA_LONG, header + Linux.CONTROL_LENGTH_OFFSET, CONTROL_BYTES);
      long arrivalNanos = stampNanos + nowMinusRealNanos;
      if (Math.abs(nowNanos - arrivalNanos) > MAX_AGE_NANOS) {
        arrivalNanos = nowNanos;
      }
      int piece = segmentLength > 0 ? segmentLength : length;
      for (int at = 0; at < length; at += piece) {
        receiver.onDatagram(slots, (long) i * SLOT_BYTES + at, Math.min(piece, length - at), arrivalNanos);
      }
    }
  }

  private void readControls(long start, long length) {
    segmentLength = 0;
    stampNanos = 0;
    long at = start;
    long end = start + length;
    while (end - at >= Linux.CMSG_DATA_OFFSET + Integer.BYTES) {
      int level = controls.get(JAVA_INT, at + Linux.CMSG_LEVEL_OFFSET);
      int type = controls.get(JAVA_INT, at + Linux.CMSG_TYPE_OFFSET);
      if (level == Linux.SOL_UDP && type == Linux.UDP_GRO) {
        segmentLength = controls.get(JAVA_INT, at + Linux.CMSG_DATA_OFFSET);
      } else if (level == Linux.SOL_SOCKET && type == Linux.SO_TIMESTAMPNS) {
        stampNanos = LinuxCalls.timespecNanos(controls, at + Linux.CMSG_DATA_OFFSET);
      }
      long size = controls.get(JAVA_LONG, at);
      at += (size + Linux.CMSG_ALIGNMENT - 1) & -Linux.CMSG_ALIGNMENT;
    }
  }
}
