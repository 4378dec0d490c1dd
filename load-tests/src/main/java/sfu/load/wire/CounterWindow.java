package sfu.load.wire;

/**
 * Which of a sender's consecutively counted packets arrived, by whichever way: how many are missing, and which came
 * more than once. Confined to one thread.
 */
final class CounterWindow {

  private static final int WORDS = 64;
  private static final int WORD_SHIFT = 6;

  /** How far back a packet is told from its double: 20 s of a 200 packets/s layer. The newest word may be half empty. */
  private static final int WINDOW = (WORDS - 1) * Long.SIZE;

  private final long[] seen = new long[WORDS];
  /** The word of {@link #seen} that the highest is in, kept here: it is all that a packet in order touches. */
  private long newest;
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
    if (!mark(word(counter), 1L << counter)) {
      doubles++;
      return false;
    }
    distinct++;
    return true;
  }

  /** False if it was marked already. */
  private boolean mark(int word, long bit) {
    boolean isNewest = word == word(highest);
    long marked = isNewest ? newest : seen[word];
    if ((marked & bit) != 0) {
      return false;
    }
    if (isNewest) {
      newest = marked | bit;
    } else {
      seen[word] = marked | bit;
    }
    return true;
  }

  /** Words that are new to the window begin empty. */
  private void advanceTo(int counter) {
    // Over the largest integer too.
    int words = counter - (highest & -Long.SIZE) >>> WORD_SHIFT;
    if (words > 0) {
      seen[word(highest)] = newest;
      newest = 0;
      for (int i = 1; i <= Math.min(words, WORDS); i++) {
        seen[word(highest) + i & WORDS - 1] = 0;
      }
    }
    highest = counter;
  }

  private static int word(int counter) {
    return counter >> WORD_SHIFT & WORDS - 1;
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
