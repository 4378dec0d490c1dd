package sfu.node.media.relay;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.collections.Int2ObjectHashMap;
import sfu.node.media.producer.InboundPacket;
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

  /** Those that have packets to send at the end of this turn. */
  private final List<RelayLayer> sending = new ArrayList<>();

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
      sending.remove(layer);
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
    if (layer.take(packet)) {
      if (sending.isEmpty()) {
        run.add(link);
      }
      sending.add(layer);
    }
  }

  /** Sends what was taken during this turn, stream by stream: a frame's packets side by side. */
  void flush(long now) {
    for (int i = 0; i < sending.size(); i++) {
      sending.get(i).flush(now);
    }
    sending.clear();
  }

  void close() {
    List.copyOf(sources.values()).forEach(RelaySource::close);
    sending.clear();
  }
}
