package sfu.load.bench;

import java.util.ArrayList;
import java.util.List;

/** Puts what comes in for a turn into a server's receive buffer, turn after turn of a scenario. */
final class Offer {
  private final List<Turn> turns;
  private final List<PacketSource> sources = new ArrayList<>();
  private int next;
  private int packets;

  Offer(Scenario scenario) {
    this.turns = scenario.turns();
  }

  /** In the order of producers. */
  void add(PacketSource source) {
    sources.add(source);
  }

  void sendTurn() {
    packets = 0;
    for (Turn.Burst burst : turns.get(next).bursts()) {
      packets += sources.get(burst.producer()).send(burst.kind());
    }
    next = (next + 1) % turns.size();
  }

  /** Of the turn that was sent last. */
  int packets() {
    return packets;
  }
}
