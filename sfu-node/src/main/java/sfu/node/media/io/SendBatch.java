package sfu.node.media.io;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Packets gathered in one off-heap slab, as runs: consecutive UDP packets to one path, all as long as the first but the
 * last, which may be shorter (what UDP_SEGMENT takes), or consecutive frames on one TCP path, lengths included.
 */
final class SendBatch {

  /** Small enough to stay in a core's cache between being written and being copied by the kernel. */
  static final int SLAB_BYTES = 256 * 1024;

  static final int MAX_RUNS = 256;

  /** UDP_MAX_SEGMENTS was 64 until Linux 6.9 made it 128; longer runs gain next to nothing. */
  static final int MAX_SEGMENTS = 64;

  /** A segmented message has to fit an IP packet with its headers. */
  static final int MAX_RUN_BYTES = 65_000;

  private final MemorySegment slab = Arena.ofAuto().allocate(SLAB_BYTES, 64);
  private final Path[] paths = new Path[MAX_RUNS];
  private final int[] offsets = new int[MAX_RUNS];
  private final int[] lengths = new int[MAX_RUNS];
  private final int[] segmentLengths = new int[MAX_RUNS];

  private int runs;
  /** Whether the last run takes further packets. */
  private boolean open;
  private int end;

  private Path reservedPath;
  private int reservedOffset;
  private int reservedLength;

  MemorySegment slab() {
    return slab;
  }

  int runs() {
    return runs;
  }

  Path path(int run) {
    return paths[run];
  }

  int offset(int run) {
    return offsets[run];
  }

  int length(int run) {
    return lengths[run];
  }

  /** The length of each packet of a UDP run but the last, which has what remains. */
  int segmentLength(int run) {
    return segmentLengths[run];
  }

  boolean hasRoom(int maxLength) {
    return runs < MAX_RUNS && end + FrameLength.BYTES + maxLength <= SLAB_BYTES;
  }

  int reserve(Path path, int maxLength) {
    if (maxLength < 1 || maxLength > NetIo.MAX_PACKET_BYTES) {
      throw new IllegalArgumentException("no packet has up to " + maxLength + " bytes");
    }
    reservedPath = path;
    reservedLength = maxLength;
    reservedOffset = path.isTcp() ? end + FrameLength.BYTES : end;
    return reservedOffset;
  }

  void commit(int length) {
    Path path = reservedPath;
    if (path == null || length < 1 || length > reservedLength) {
      throw new IllegalStateException(length + " bytes committed where " + (path == null ? 0 : reservedLength)
          + " are reserved");
    }
    reservedPath = null;
    if (path.isTcp()) {
      FrameLength.put(slab, end, length);
      append(path, FrameLength.BYTES + length, open && paths[runs - 1] == path);
      open = true;
    } else {
      append(path, length, open && joinsLastRun(path, length));
      open = length == segmentLengths[runs - 1] && lengths[runs - 1] / length < MAX_SEGMENTS;
    }
  }

  /** Forgets all; a place reserved goes too. */
  void clear() {
    Arrays.fill(paths, 0, runs, null);
    runs = 0;
    end = 0;
    open = false;
    reservedPath = null;
  }

  private boolean joinsLastRun(Path path, int length) {
    int last = runs - 1;
    return paths[last] == path && length <= segmentLengths[last] && lengths[last] + length <= MAX_RUN_BYTES;
  }

  private void append(Path path, int length, boolean join) {
    if (join) {
      lengths[runs - 1] += length;
    } else {
      paths[runs] = path;
      offsets[runs] = end;
      lengths[runs] = length;
      segmentLengths[runs] = length;
      runs++;
    }
    end += length;
  }
}
