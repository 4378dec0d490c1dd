package sfu.node.media.relay;

import java.util.ArrayList;
import org.agrona.collections.Int2ObjectHashMap;
import sfu.node.media.producer.Producer;
import sfu.node.media.producer.ProducerStream;
import sfu.protocol.ortc.RtpEncodingParameters;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.ortc.StreamType;

/** What one end of a link receives: producers of the other's worker that cross to this one. Loop thread only. */
final class LinkReceiver {
  private final RelayTransport link;

  /** By the SSRCs of media and of RTX. */
  private final Int2ObjectHashMap<ProducerStream> streams = new Int2ObjectHashMap<>();

  /** By the SSRC of the lowest layer. */
  private final Int2ObjectHashMap<RelayedProducer> producers = new Int2ObjectHashMap<>();

  LinkReceiver(RelayTransport link) {
    this.link = link;
  }

  /** See {@link RelayTransport#receive}. */
  Producer receive(
      long relay, String producerId, String channelId, StreamType type, RtpParameters parameters, boolean paused) {
    for (RtpEncodingParameters encoding : parameters.encodings()) {
      if (isTaken(encoding.ssrc()) || encoding.rtx() == null || isTaken(encoding.rtx().ssrc())) {
        return null;
      }
    }
    RelayedProducer relayed = new RelayedProducer(link, relay, producerId, channelId, type, parameters, paused);
    Producer producer = relayed.producer();
    producers.put(relayed.lowestSsrc(), relayed);
    for (int i = 0; i < producer.layerCount(); i++) {
      streams.put(producer.layer(i).ssrc(), producer.layer(i));
      streams.put(producer.layer(i).rtxSsrc(), producer.layer(i));
    }
    return producer;
  }

  private boolean isTaken(Long ssrc) {
    return ssrc == null || streams.containsKey(ssrc.intValue());
  }

  /** A relayed producer is closed. */
  void forget(RelayedProducer relayed) {
    Producer producer = relayed.producer();
    producers.remove(relayed.lowestSsrc(), relayed);
    for (int i = 0; i < producer.layerCount(); i++) {
      streams.remove(producer.layer(i).ssrc(), producer.layer(i));
      streams.remove(producer.layer(i).rtxSsrc(), producer.layer(i));
    }
  }

  /** The producer whose lowest layer comes in under an SSRC, or null. */
  RelayedProducer producer(int ssrc) {
    return producers.get(ssrc);
  }

  /** The stream that an SSRC belongs to, or null. */
  ProducerStream stream(int ssrc) {
    return streams.get(ssrc);
  }

  /** All are lost to those who view them here. */
  void close() {
    new ArrayList<>(producers.values()).forEach(relayed -> relayed.producer().lose());
  }
}
