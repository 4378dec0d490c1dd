package sfu.load.wire;

import java.util.Arrays;

/**
 * Which of a sender's consecutively counted packets arrived, by whichever way: how many are missing, and which came
 * more than once. Confined to one thread.
 */
final class CounterWindow {

  /** How far back a packet is told from its double: more than 20 s of a 200 packets/s layer. */
  private static final int WINDOW = 4096;

  private final long[] seen = new long[WINDOW / Long.SIZE];
  private boolean started;
  private int first;
  private int highest;
  private long distinct;
  private long doubles;

  /** Takes note of a packet. Returns false if it was here before, or is too old to tell. */
  boolean onPacket(int counter) {
    if (!started) {
      started = true;
      first = counter;
      highest = counter;
    } else if (counter - highest > 0) {
      advanceTo(counter);
    } else if (highest - counter >= WINDOW) {
      doubles++;
      return false;
    } else if (counter - first < 0) {
      // The very first packets were swapped.
      first = counter;
    }
    long bit = 1L << counter;
    int word = word(counter);
    if ((seen[word] & bit) != 0) {
      doubles++;
      return false;
    }
    seen[word] |= bit;
    distinct++;
    return true;
  }

  private void advanceTo(int counter) {
    if (counter - highest >= WINDOW) {
      Arrays.fill(seen, 0);
    } else {
      for (int c = highest + 1; c != counter + 1; c++) {
        seen[word(c)] &= ~(1L << c);
      }
    }
    highest = counter;
  }

  private static int word(int counter) {
    return (counter & WINDOW - 1) / Long.SIZE;
  }

  /** Sent between the first and the newest that arrived, and never here. */
  long missing() {
    return started ? Integer.toUnsignedLong(highest - first) + 1 - distinct : 0;
  }

  long distinct() {
    return distinct;
  }

  /** Arrivals of a packet that was here before. */
  long doubles() {
    return doubles;
  }
}
