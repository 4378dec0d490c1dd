package sfu.node.media.producer;

/** Who wants a producer's packets: a consumer here, or a relay to another worker. Called on the loop's thread. */
public interface StreamSubscriber {
  /** A packet of one of the producer's layers, in order of arrival. Valid until the batch ends. */
  void offer(InboundPacket packet);

  /** The producer was paused or resumed: what was sent so far can't be continued without a key frame. */
  void onPauseChanged();

  /** A layer began anew, with other numbers: what was sent of it can't be continued without a key frame. */
  void onRestarted(ProducerStream layer);

  /** A layer was seen for the first time, fell silent or came back. */
  void onLayersChanged();

  /** The producer is gone; {@code lost}: not by its own will, and maybe only here. */
  void onProducerClosed(boolean lost);
}
