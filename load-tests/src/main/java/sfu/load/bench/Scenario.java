package sfu.load.bench;

/** Who sends to whom, and how much of it comes in one turn of the loop. */
public enum Scenario {
  ONE_TO_ONE("1→1", 1, 1, 8),
  ONE_TO_FIFTY("1→50", 1, 50, 8),
  /** A worker with time to spare: each burst of a browser's pacer is a turn of its own. */
  ONE_TO_FIFTY_LIGHT("1→50, a burst a turn", 1, 50, 1),
  TEN_TO_TEN("10→10", 10, 10, 1),
  /** The viewers are on another worker, to which the stream crosses once; both run on one thread here. */
  ONE_TO_ONE_RELAYED("1→1 by a relay", 1, 1, 8),
  ONE_TO_FIFTY_RELAYED("1→50 by a relay", 1, 50, 8);

  /** Packets that leave their sender as one: what a browser's pacer sends of a frame every 5 ms or so. */
  static final int BURST = 8;

  private final String title;
  private final int producers;
  private final int viewers;
  private final int bursts;

  Scenario(String title, int producers, int viewers, int bursts) {
    this.title = title;
    this.producers = producers;
    this.viewers = viewers;
    this.bursts = bursts;
  }

  /** What a table calls it. */
  public String title() {
    return title;
  }

  int producers() {
    return producers;
  }

  /** Each of them receives every producer. */
  int viewers() {
    return viewers;
  }

  /** Whether the viewers are on another worker than the producers. */
  boolean relayed() {
    return this == ONE_TO_ONE_RELAYED || this == ONE_TO_FIFTY_RELAYED;
  }

  /** Bursts that each producer sends for one turn. */
  int bursts() {
    return bursts;
  }

  /** Packets that come in for one turn. */
  int packetsIn() {
    return producers * bursts * BURST;
  }

  /** Packets that go out in one turn. */
  int packetsOut() {
    return packetsIn() * viewers;
  }
}
