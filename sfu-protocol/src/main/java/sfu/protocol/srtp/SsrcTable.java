package sfu.protocol.srtp;

import java.util.Arrays;

/** Numbers SSRCs 0, 1, 2, … in order of arrival, so that their state can live in plain arrays. Never forgets one. */
final class SsrcTable {
  private static final int NONE = -1;

  private int[] ssrcs = new int[8];
  private int[] hashed;
  private int mask;
  private int size;
  private int lastSsrc;
  private int lastStream = NONE;

  SsrcTable() {
    rehash(16);
  }

  /** The number of {@code ssrc}, or -1 if it has none. */
  int find(int ssrc) {
    if (lastSsrc == ssrc && lastStream >= 0) {
      return lastStream;
    }
    int slot = slot(ssrc);
    while (hashed[slot] != NONE) {
      int stream = hashed[slot];
      if (ssrcs[stream] == ssrc) {
        lastSsrc = ssrc;
        lastStream = stream;
        return stream;
      }
      slot = (slot + 1) & mask;
    }
    return NONE;
  }

  /** Numbers an SSRC that has no number yet. */
  int add(int ssrc) {
    if (size == ssrcs.length) {
      ssrcs = Arrays.copyOf(ssrcs, size * 2);
    }
    int stream = size++;
    ssrcs[stream] = ssrc;
    if (size * 2 > hashed.length) {
      rehash(hashed.length * 2);
    } else {
      insert(stream);
    }
    lastSsrc = ssrc;
    lastStream = stream;
    return stream;
  }

  int size() {
    return size;
  }

  private void rehash(int capacity) {
    hashed = new int[capacity];
    mask = capacity - 1;
    Arrays.fill(hashed, NONE);
    for (int stream = 0; stream < size; stream++) {
      insert(stream);
    }
  }

  private void insert(int stream) {
    int slot = slot(ssrcs[stream]);
    while (hashed[slot] != NONE) {
      slot = (slot + 1) & mask;
    }
    hashed[slot] = stream;
  }

  private int slot(int ssrc) {
    int mixed = ssrc * 0x9e3779b9;
    return (mixed ^ mixed >>> 16) & mask;
  }
}
