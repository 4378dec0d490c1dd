package sfu.node.media;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import sfu.node.CborMessage;
import sfu.protocol.ortc.TransportConfig;

/** An answer of a media worker to one command. */
public sealed interface MediaReply extends CborMessage {

  /** The command was carried out. */
  record Done() implements MediaReply {}

  /** The command was refused; {@code reason} is for the log and names what was wrong. */
  record Failed(String reason) implements MediaReply {}

  /** A transport is there and waits for its client. */
  record TransportOpened(TransportConfig config) implements MediaReply {}

  /** What a channel's producers sent during the last second or so, all layers, in bit/s of RTP packets. */
  record ChannelBitRates(String channelId, long audio, long camera, long screen) implements MediaReply {}

  /**
   * A worker's load over the last second or so: open transports and consumers, packets and bits a second in and out,
   * and the share of time (0 to 1) its loop was not idle.
   */
  record Load(
      int worker,
      int routers,
      int transports,
      int producers,
      int consumers,
      long packetsInPerSecond,
      long packetsOutPerSecond,
      long bitsInPerSecond,
      long bitsOutPerSecond,
      double utilisation)
      implements MediaReply {}

  /** A worker's load now, and what it counted since its start, by the counters' names; those that are zero are left out. */
  record Statistics(Load load, Map<String, Long> counters) implements MediaReply {

    public Statistics {
      counters = Collections.unmodifiableMap(new TreeMap<>(counters));
    }

    /** How many packets left in one message, on average (UDP_SEGMENT); NaN before the first. */
    public double packetsAMessage() {
      long packets = counters.getOrDefault("datagrams_out", 0L);
      long messages = packets - counters.getOrDefault("gso_datagrams", 0L) + counters.getOrDefault("gso_sends", 0L);
      return messages == 0 ? Double.NaN : (double) packets / messages;
    }
  }
}
