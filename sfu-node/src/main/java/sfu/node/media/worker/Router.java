package sfu.node.media.worker;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sfu.node.media.producer.Producer;
import sfu.node.media.transport.WebRtcTransport;

/** A channel's media on this worker: who may consume what of whom. Confined to the loop's thread. */
final class Router {
  private final String channelId;
  private final Map<String, WebRtcTransport> transports = new LinkedHashMap<>();
  private final Map<String, Producer> producers = new LinkedHashMap<>();

  Router(String channelId) {
    this.channelId = channelId;
  }

  String channelId() {
    return channelId;
  }

  void add(WebRtcTransport transport) {
    transports.put(transport.id(), transport);
  }

  void remove(WebRtcTransport transport) {
    transports.remove(transport.id());
  }

  boolean isEmpty() {
    return transports.isEmpty();
  }

  List<WebRtcTransport> transports() {
    return List.copyOf(transports.values());
  }

  void add(Producer producer) {
    producers.put(producer.id(), producer);
  }

  void remove(Producer producer) {
    producers.remove(producer.id());
  }

  /** Those that are received here. */
  Iterable<Producer> producers() {
    return producers.values();
  }
}
