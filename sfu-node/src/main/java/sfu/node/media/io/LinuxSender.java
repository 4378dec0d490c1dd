package sfu.node.media.io;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sfu.node.media.io.IoStats.Counter;

/** Sends the runs of a batch by sendmmsg, each as one message that UDP_SEGMENT cuts into datagrams. */
final class LinuxSender {

  private static final Logger LOG = LoggerFactory.getLogger(LinuxSender.class);
  private static final int MESSAGES = 256;
  /** CMSG_SPACE and CMSG_LEN of the 16 bits that UDP_SEGMENT takes. */
  private static final int SEGMENT_BYTES = 24;
  private static final int SEGMENT_LENGTH = 18;

  private final LinuxCalls calls;
  private final int fd;
  private final boolean v6;
  private final boolean packetInfo;
  private final IoStats stats;
  /** One message more than fits a call: the last sends on their own the packets of a message that was refused. */
  private final MemorySegment headers = Arena.ofAuto().allocate((MESSAGES + 1L) * Linux.MMSGHDR_BYTES, 64);
  private final MemorySegment vectors = Arena.ofAuto().allocate((MESSAGES + 1L) * Linux.IOVEC_BYTES, 64);
  private final MemorySegment names = Arena.ofAuto().allocate((MESSAGES + 1L) * Sockaddr.SLOT_BYTES, 64);
  /** For each message our address that it leaves from, where that is to be said, then its segments' length. */
  private final MemorySegment controls;
  private final int packetInfoBytes;
  private final int controlBytes;
  private final LinuxUdpPath[] paths = new LinuxUdpPath[MESSAGES];
  private final int[] offsets = new int[MESSAGES];
  private final int[] lengths = new int[MESSAGES];
  private final int[] segmentLengths = new int[MESSAGES];

  private long slabAddress;
  private int messages;
  private boolean segmentation = true;
  private boolean segmentationWorked;

  /** {@code packetInfo}: whether the socket is bound to all addresses and each path says which it leaves from. */
  LinuxSender(LinuxCalls calls, int fd, boolean v6, boolean packetInfo, IoStats stats) {
    this.calls = calls;
    this.fd = fd;
    this.v6 = v6;
    this.packetInfo = packetInfo;
    this.stats = stats;
    packetInfoBytes = packetInfo ? PacketInfo.bytes(v6) : 0;
    controlBytes = packetInfoBytes + SEGMENT_BYTES;
    controls = Arena.ofAuto().allocate((MESSAGES + 1L) * controlBytes, 64);
    for (int i = 0; i <= MESSAGES; i++) {
      long header = (long) i * Linux.MMSGHDR_BYTES;
      long control = (long) i * controlBytes;
      long segment = control + packetInfoBytes;
      headers.set(JAVA_LONG, header + Linux.NAME_OFFSET, names.address() + (long) i * Sockaddr.SLOT_BYTES);
      headers.set(JAVA_INT, header + Linux.NAME_LENGTH_OFFSET, Sockaddr.length(v6));
      headers.set(JAVA_LONG, header + Linux.IOV_OFFSET, vectors.address() + (long) i * Linux.IOVEC_BYTES);
      headers.set(JAVA_LONG, header + Linux.IOV_COUNT_OFFSET, 1);
      headers.set(JAVA_LONG, header + Linux.CONTROL_OFFSET, controls.address() + control);
      if (packetInfo) {
        PacketInfo.prepare(controls, control, v6);
      }
      controls.set(JAVA_LONG, segment, SEGMENT_LENGTH);
      controls.set(JAVA_INT, segment + Linux.CMSG_LEVEL_OFFSET, Linux.SOL_UDP);
      controls.set(JAVA_INT, segment + Linux.CMSG_TYPE_OFFSET, Linux.UDP_SEGMENT);
    }
  }

  void begin(MemorySegment slab) {
    slabAddress = slab.address();
    messages = 0;
  }

  /** Adds a run, {@code length} bytes at {@code offset} in the slab; sends when there is no more room. */
  /** Whether the system takes several packets as one message, for all that is known. */
  boolean joins() {
    return segmentation;
  }

  void add(LinuxUdpPath path, int offset, int length, int segmentLength) {
    if (segmentation && path.segmentable()) {
      put(path, offset, length, segmentLength);
      return;
    }
    int end = offset + length;
    for (int at = offset; at < end; at += segmentLength) {
      int one = Math.min(segmentLength, end - at);
      put(path, at, one, one);
    }
  }

  /** Sends what was added. */
  void end() {
    int sent = 0;
    while (sent < messages) {
      int result = calls.sendMessages(fd, headers.address() + (long) sent * Linux.MMSGHDR_BYTES, messages - sent);
      stats.increment(Counter.SEND_CALLS);
      for (int i = sent; i < sent + result; i++) {
        countSent(lengths[i], segmentLengths[i]);
      }
      if (result > 0) {
        sent += result;
      } else if (result != -Linux.EINTR) {
        // The call stops before a message that can't go, and says why only when it begins with that one.
        refused(sent, -result);
        sent++;
      }
    }
    Arrays.fill(paths, 0, messages, null);
    messages = 0;
  }

  private void put(LinuxUdpPath path, int offset, int length, int segmentLength) {
    if (messages == MESSAGES) {
      end();
    }
    int i = messages++;
    paths[i] = path;
    offsets[i] = offset;
    lengths[i] = length;
    segmentLengths[i] = segmentLength;
    write(i, path, offset, length, segmentLength);
  }

  private void write(int i, LinuxUdpPath path, int offset, int length, int segmentLength) {
    long name = (long) i * Sockaddr.SLOT_BYTES;
    Sockaddr.write(names, name, v6, path.sockaddrWord(), path.addressHi(), path.addressLo());
    long vector = (long) i * Linux.IOVEC_BYTES;
    vectors.set(JAVA_LONG, vector, slabAddress + offset);
    vectors.set(JAVA_LONG, vector + Linux.IOVEC_LENGTH_OFFSET, length);
    boolean segmented = segmentLength < length;
    long header = (long) i * Linux.MMSGHDR_BYTES;
    headers.set(JAVA_LONG, header + Linux.CONTROL_LENGTH_OFFSET, segmented ? controlBytes : packetInfoBytes);
    long control = (long) i * controlBytes;
    if (packetInfo) {
      PacketInfo.write(controls, control, v6, path.localHi(), path.localLo(), path.localInterface());
    }
    if (segmented) {
      controls.set(JAVA_SHORT, control + packetInfoBytes + Linux.CMSG_DATA_OFFSET, (short) segmentLength);
    }
  }

  private void countSent(int length, int segmentLength) {
    int datagrams = (length + segmentLength - 1) / segmentLength;
    stats.add(Counter.DATAGRAMS_OUT, datagrams);
    stats.add(Counter.DATAGRAM_BYTES_OUT, length);
    if (datagrams > 1) {
      segmentationWorked = true;
      stats.increment(Counter.GSO_SENDS);
      stats.add(Counter.GSO_DATAGRAMS, datagrams);
    }
  }

  private void refused(int i, int errno) {
    int length = lengths[i];
    int segmentLength = segmentLengths[i];
    if (segmentLength == length) {
      countLost(1, errno);
    } else if (errno == Linux.EIO || errno == Linux.EINVAL || errno == Linux.EMSGSIZE) {
      refuseSegments(paths[i], errno);
      for (int at = 0; at < length; at += segmentLength) {
        sendAlone(paths[i], offsets[i] + at, Math.min(segmentLength, length - at));
      }
    } else {
      countLost((length + segmentLength - 1) / segmentLength, errno);
    }
  }

  /** Segmentation may be refused for a route; refused before it ever worked, it is the system that can't. */
  private void refuseSegments(LinuxUdpPath path, int errno) {
    stats.increment(Counter.GSO_REFUSED);
    path.refuseSegments();
    if (segmentation && !segmentationWorked && errno == Linux.EIO) {
      segmentation = false;
      LOG.warn("this system refuses UDP segmentation offload ({}): media costs more processor time here",
          LinuxCalls.message(errno));
    }
  }

  private void sendAlone(LinuxUdpPath path, int offset, int length) {
    write(MESSAGES, path, offset, length, length);
    int result;
    do {
      result = calls.sendMessages(fd, headers.address() + (long) MESSAGES * Linux.MMSGHDR_BYTES, 1);
      stats.increment(Counter.SEND_CALLS);
    } while (result == -Linux.EINTR);
    if (result > 0) {
      countSent(length, length);
    } else {
      countLost(1, -result);
    }
  }

  /** Real-time packets don't wait: what has no room now is dropped like what has no way. */
  private void countLost(int datagrams, int errno) {
    stats.add(
        switch (errno) {
          case Linux.EAGAIN, Linux.ENOBUFS, Linux.ENOMEM -> Counter.SEND_DROPS_FULL;
          case Linux.ECONNREFUSED, Linux.ENETUNREACH, Linux.EHOSTUNREACH, Linux.ENETDOWN, Linux.EHOSTDOWN, Linux.EPERM,
              Linux.EACCES -> Counter.SEND_ERRORS_UNREACHABLE;
          default -> Counter.SEND_ERRORS_OTHER;
        },
        datagrams);
  }
}
