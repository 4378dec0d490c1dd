package sfu.node.media.relay;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.collections.Int2ObjectHashMap;
import sfu.node.media.producer.InboundPacket;
import sfu.node.media.producer.PacketQueue;
import sfu.node.media.producer.Producer;
import sfu.node.media.transport.SendRun;
import sfu.protocol.ortc.RtpParameters;

/** What one end of a link sends: producers of its worker that cross to the other. Loop thread only. */
final class LinkSender {
  private final RelayTransport link;
  private final SendRun run;
  private final LinkStreams streams = new LinkStreams();
  private final Map<String, RelaySource> sources = new HashMap<>();

  /** By the SSRCs that they go out under. */
  private final Int2ObjectHashMap<RelayLayer> layers = new Int2ObjectHashMap<>();

  private final PacketQueue<RelayLayer> pending = new PacketQueue<>();

  LinkSender(RelayTransport link, SendRun run) {
    this.link = link;
    this.run = run;
  }

  /** See {@link RelayTransport#relay}. */
  RtpParameters relay(long relay, Producer producer) {
    RelaySource earlier = sources.get(producer.id());
    if (earlier != null) {
      earlier.close();
    }
    RelaySource source = RelaySource.create(link, relay, producer);
    if (source == null) {
      return null;
    }
    sources.put(producer.id(), source);
    source.layers().forEach(layer -> layers.put(layer.ssrc(), layer));
    return LinkRtpParameters.of(producer, source.layers().stream().map(RelayLayer::out).toList());
  }

  void stop(long relay, String producerId) {
    RelaySource source = sources.get(producerId);
    if (source != null && source.relay() == relay) {
      source.close();
    }
  }

  /** A source has ended. */
  void forget(RelaySource source) {
    sources.remove(source.producer().id(), source);
    for (RelayLayer layer : source.layers()) {
      layers.remove(layer.ssrc(), layer);
      pending.forget(layer);
    }
  }

  /** The layer that goes out under an SSRC, or null. */
  RelayLayer layer(int ssrc) {
    return layers.get(ssrc);
  }

  LinkStreams streams() {
    return streams;
  }

  /** Takes a packet for the run at the end of this turn. */
  void enqueue(RelayLayer layer, InboundPacket packet) {
    if (pending.size() == 0) {
      run.add(link);
    }
    pending.add(layer, packet);
  }

  /** Sends what was taken during this turn. */
  void flush(long now) {
    for (int i = 0; i < pending.size(); i++) {
      RelayLayer layer = pending.receiver(i);
      if (layer != null) {
        layer.forward(pending.packet(i), now);
      }
    }
    pending.clear();
  }

  void close() {
    List.copyOf(sources.values()).forEach(RelaySource::close);
    pending.clear();
  }
}
