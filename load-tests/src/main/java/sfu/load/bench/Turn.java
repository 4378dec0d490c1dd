package sfu.load.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What comes in for one turn of the loop, in this order. */
record Turn(List<Burst> bursts) {

  /** In a second of a call a client sends 30 frames and 50 packets of voice: as near to evenly as eight turns allow. */
  private static final List<Kind> CALL =
      List.of(
          Kind.FRAME, Kind.VOICE, Kind.VOICE, Kind.FRAME, Kind.VOICE, Kind.VOICE, Kind.FRAME, Kind.VOICE);

  /** What leaves its sender as one. */
  enum Kind {
    /** All packets of a video frame. */
    FRAME,
    /** 20 ms of sound: one packet. */
    VOICE
  }

  /** {@code producer} counts from 0. */
  record Burst(int producer, Kind kind) {}

  /** Every turn the same: so many frames of each producer, by turns. */
  static List<Turn> bursts(int producers, int ofEach) {
    List<Burst> bursts = new ArrayList<>();
    for (int producer = 0; producer < producers; producer++) {
      bursts.add(new Burst(producer, Kind.FRAME));
    }
    return List.of(new Turn(Collections.nCopies(ofEach, bursts).stream().flatMap(List::stream).toList()));
  }

  /** A burst a turn, the producers one after the other, not all showing frames at once. */
  static List<Turn> call(int producers) {
    List<Turn> turns = new ArrayList<>();
    for (int round = 0; round < CALL.size(); round++) {
      for (int producer = 0; producer < producers; producer++) {
        turns.add(new Turn(List.of(new Burst(producer, CALL.get((round + producer) % CALL.size())))));
      }
    }
    return List.copyOf(turns);
  }
}
