package sfu.node.cluster;

import sfu.node.CborMessage;

/** What a channel does now; bit rates are received ones in bit/s. */
public record ChannelStats(
    ChannelRecord channel,
    int sessions,
    int cameras,
    int screens,
    long audioBps,
    long cameraBps,
    long screenBps)
    implements CborMessage {

  static ChannelStats empty(ChannelRecord channel) {
    return new ChannelStats(channel, 0, 0, 0, 0, 0, 0);
  }

  public long totalBps() {
    return audioBps + cameraBps + screenBps;
  }
}
