package sfu.load.bench;

import java.util.List;

/** Who sends to whom, and how much of it comes in one turn of the loop. */
public enum Scenario {
  ONE_TO_ONE("1→1", 1, 1, Camera.EIGHTS, Turn.bursts(1, 8)),
  ONE_TO_FIFTY("1→50", 1, 50, Camera.EIGHTS, Turn.bursts(1, 8)),
  /** A worker with time to spare: each burst of a browser's pacer is a turn of its own. */
  ONE_TO_FIFTY_LIGHT("1→50, a burst a turn", 1, 50, Camera.EIGHTS, Turn.bursts(1, 1)),
  TEN_TO_TEN("10→10", 10, 10, Camera.EIGHTS, Turn.bursts(10, 1)),
  /** Eight that all speak and show their cameras, on a worker with time to spare: a frame or a voice packet a turn. */
  MEETING("meeting of 8", 8, 8, Camera.of(1_000_000), Turn.call(8)),
  /** One speaks and is seen by a hundred, likewise. */
  WEBINAR("webinar of 100", 1, 100, Camera.of(2_500_000), Turn.call(1)),
  /** The viewers are on another worker, to which the stream crosses once; both run on one thread here. */
  ONE_TO_ONE_RELAYED("1→1 by a relay", 1, 1, Camera.EIGHTS, Turn.bursts(1, 8)),
  ONE_TO_FIFTY_RELAYED("1→50 by a relay", 1, 50, Camera.EIGHTS, Turn.bursts(1, 8));

  private final String title;
  private final int producers;
  private final int viewers;
  private final Camera camera;
  private final List<Turn> turns;

  Scenario(String title, int producers, int viewers, Camera camera, List<Turn> turns) {
    this.title = title;
    this.producers = producers;
    this.viewers = viewers;
    this.camera = camera;
    this.turns = turns;
  }

  /** What a table calls it. */
  public String title() {
    return title;
  }

  /** Clients that send. */
  int producers() {
    return producers;
  }

  /** Clients that receive. */
  int viewers() {
    return viewers;
  }

  /** Whether this viewer receives that producer: everybody does, but nobody himself. */
  boolean isSeen(int producer, int viewer) {
    return this != MEETING || producer != viewer;
  }

  /** How many receive each producer. */
  int receivers() {
    return this == MEETING ? viewers - 1 : viewers;
  }

  /** Whether the viewers are on another worker than the producers. */
  boolean relayed() {
    return this == ONE_TO_ONE_RELAYED || this == ONE_TO_FIFTY_RELAYED;
  }

  /** What each producer shows. */
  Camera camera() {
    return camera;
  }

  /** Whether each producer has a voice besides. */
  boolean speaks() {
    return turns.stream().flatMap(turn -> turn.bursts().stream()).anyMatch(burst -> burst.kind() == Turn.Kind.VOICE);
  }

  /** What comes in, again and again. */
  List<Turn> turns() {
    return turns;
  }
}
