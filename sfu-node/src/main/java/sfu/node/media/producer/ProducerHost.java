package sfu.node.media.producer;

/**
 * What brings a producer's packets here: its client's transport, or the link to the worker that receives it. Called on
 * the loop's thread.
 */
public interface ProducerHost {
  /** A producer is closed. */
  void forget(Producer producer);

  /** A stream will have something to ask its sender for, then and not before. */
  void wakeAt(long nanos);

  /** The first packet of a stream came. */
  void began(ProducerStream stream, long nowNanos);

  /** The first wants a layer of the producer, or the last no longer does. */
  default void watchedChanged(Producer producer) {}

  /** A producer has its first subscriber, or lost its last. */
  default void subscribedChanged(Producer producer) {}
}
