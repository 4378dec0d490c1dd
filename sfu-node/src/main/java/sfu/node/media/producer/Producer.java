package sfu.node.media.producer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import sfu.protocol.codec.PayloadParser;
import sfu.protocol.ortc.MediaKind;
import sfu.protocol.ortc.RtpCodecParameters;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.ortc.StreamType;

/**
 * A stream that a client sends: one encoding, or up to three simulcast layers, lowest first. Confined to the loop's
 * thread.
 */
public final class Producer {
  private final String id;
  private final StreamType type;
  private final ProducerTransport transport;
  private final RtpParameters parameters;
  private final RtpCodecParameters codec;
  private final int payloadType;
  private final int rtxPayloadType;
  private final PayloadParser payloadParser;
  private final byte[] midBytes;
  private final ExtensionIds extensionIds;
  private final ProducerStream[] layers;
  private final List<StreamSubscriber> subscribers = new ArrayList<>();
  private final SpeakingObserver speaking;
  private boolean paused;
  private boolean closed;

  Producer(
      String id,
      StreamType type,
      ProducerTransport transport,
      RtpParameters parameters,
      boolean paused,
      SpeakingObserver speaking) {
    this.id = id;
    this.type = type;
    this.transport = transport;
    this.parameters = parameters;
    this.paused = paused;
    this.speaking = speaking;
    this.codec = parameters.codecs().getFirst();
    this.payloadType = codec.payloadType();
    this.rtxPayloadType = rtxPayloadType(parameters);
    this.payloadParser = PayloadParser.forMimeType(codec.mimeType());
    this.midBytes = ascii(parameters.mid());
    this.extensionIds = ExtensionIds.of(parameters.headerExtensions());
    this.layers = new ProducerStream[parameters.encodings().size()];
    for (int i = 0; i < layers.length; i++) {
      layers[i] = new ProducerStream(this, i, parameters.encodings().get(i), codec);
    }
  }

  static byte[] ascii(String text) {
    return text == null ? new byte[0] : text.getBytes(StandardCharsets.US_ASCII);
  }

  private static int rtxPayloadType(RtpParameters parameters) {
    for (RtpCodecParameters codec : parameters.codecs()) {
      if (codec.isRtx()) {
        return codec.payloadType();
      }
    }
    return -1;
  }

  public String id() {
    return id;
  }

  public StreamType type() {
    return type;
  }

  public MediaKind kind() {
    return type.kind();
  }

  public ProducerTransport transport() {
    return transport;
  }

  public RtpParameters parameters() {
    return parameters;
  }

  /** The codec that is sent, without its RTX. */
  public RtpCodecParameters codec() {
    return codec;
  }

  public boolean isPaused() {
    return paused;
  }

  public boolean isClosed() {
    return closed;
  }

  /** Layers, lowest first; those that were never seen are there too. */
  public int layerCount() {
    return layers.length;
  }

  public ProducerStream layer(int index) {
    return layers[index];
  }

  /** Empty if it has no mid. */
  byte[] midBytes() {
    return midBytes;
  }

  int payloadType() {
    return payloadType;
  }

  int rtxPayloadType() {
    return rtxPayloadType;
  }

  /** How its payloads are read and rewritten. */
  public PayloadParser payloadParser() {
    return payloadParser;
  }

  ExtensionIds extensionIds() {
    return extensionIds;
  }

  SpeakingObserver speaking() {
    return speaking;
  }

  boolean hasSubscribers() {
    return !subscribers.isEmpty();
  }

  /** What all layers together received over the last second, in bit/s. */
  public long bitrateBps(long nowNanos) {
    long sum = 0;
    for (ProducerStream layer : layers) {
      sum += layer.bitrateBps(nowNanos);
    }
    return sum;
  }

  public void subscribe(StreamSubscriber subscriber) {
    subscribers.add(subscriber);
  }

  public void unsubscribe(StreamSubscriber subscriber) {
    subscribers.remove(subscriber);
  }

  void deliver(InboundPacket packet) {
    if (paused || closed) {
      return;
    }
    List<StreamSubscriber> all = subscribers;
    for (int i = 0, n = all.size(); i < n; i++) {
      all.get(i).offer(packet);
    }
  }

  void layersChanged() {
    for (int i = 0; i < subscribers.size(); i++) {
      subscribers.get(i).onLayersChanged();
    }
  }

  /** While paused, packets are received and counted, not delivered. */
  public void pause(boolean pause) {
    if (paused == pause) {
      return;
    }
    paused = pause;
    for (int i = 0; i < subscribers.size(); i++) {
      subscribers.get(i).onPauseChanged();
    }
  }

  /** A layer's sender numbers its packets anew. */
  void restarted(ProducerStream layer) {
    for (int i = 0; i < subscribers.size(); i++) {
      subscribers.get(i).onRestarted(layer);
    }
  }

  /** Ends it; subscribers learn that and are forgotten. */
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    transport.forget(this);
    for (StreamSubscriber subscriber : List.copyOf(subscribers)) {
      subscriber.onProducerClosed();
    }
    subscribers.clear();
    for (ProducerStream layer : layers) {
      layer.close();
    }
  }
}
