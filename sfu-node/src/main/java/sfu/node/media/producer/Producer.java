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
 * A stream that a client sends, here or to another worker: one encoding, or up to three simulcast layers, lowest
 * first. Confined to the loop's thread.
 */
public final class Producer {
  /**
   * A layer that is silent this long while another of its producer sends frames has been switched off by its sender.
   */
  private static final long SILENCE_NANOS = 500_000_000L;

  private final String id;
  private final String channelId;
  private final StreamType type;
  private final ProducerHost host;
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
  private final boolean relayed;
  private boolean paused;
  private boolean closed;

  Producer(
      String id,
      String channelId,
      StreamType type,
      ProducerHost host,
      RtpParameters parameters,
      boolean paused,
      SpeakingObserver speaking) {
    this(id, channelId, type, host, parameters, paused, speaking, false);
  }

  private Producer(
      String id,
      String channelId,
      StreamType type,
      ProducerHost host,
      RtpParameters parameters,
      boolean paused,
      SpeakingObserver speaking,
      boolean relayed) {
    this.id = id;
    this.channelId = channelId;
    this.type = type;
    this.host = host;
    this.parameters = parameters;
    this.paused = paused;
    this.speaking = speaking;
    this.relayed = relayed;
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

  /**
   * One that another worker receives and sends on to this one, with {@code parameters} as it is on the link: each
   * encoding by its SSRC. What its layers do at their sender, {@link ProducerStream#report} tells.
   */
  public static Producer relayed(
      String id, String channelId, StreamType type, ProducerHost host, RtpParameters parameters, boolean paused) {
    return new Producer(id, channelId, type, host, parameters, paused, null, true);
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

  public String channelId() {
    return channelId;
  }

  ProducerHost host() {
    return host;
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

  /** Whether another worker receives it. */
  public boolean isRelayed() {
    return relayed;
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

  /** -1 if its sender knows none. */
  public int rtxPayloadType() {
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

  public boolean hasSubscribers() {
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

  /**
   * Whether a layer's sender sends it. Compared with its siblings, not with the clock: a still screen sends a frame a
   * second, in all layers at once or nearly so. Hence by the frames before: the newest of a sibling may be one that
   * this layer is about to bring as well.
   */
  public boolean isActive(ProducerStream layer) {
    if (relayed) {
      return layer.isReportedActive();
    }
    long last = layer.lastPacketNanos();
    if (last == Long.MIN_VALUE) {
      return false;
    }
    for (ProducerStream sibling : layers) {
      long other = sibling.previousFrameNanos();
      if (other != Long.MIN_VALUE && other - last > SILENCE_NANOS) {
        return false;
      }
    }
    return true;
  }

  public void subscribe(StreamSubscriber subscriber) {
    subscribers.add(subscriber);
    if (subscribers.size() == 1) {
      host.subscribedChanged(this);
    }
  }

  public void unsubscribe(StreamSubscriber subscriber) {
    if (subscribers.remove(subscriber) && subscribers.isEmpty()) {
      host.subscribedChanged(this);
    }
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

  /** A layer was seen for the first time, fell silent or came back, or its rate is another. */
  public void layersChanged() {
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

  /** A layer begins anew: its packets are numbered otherwise, or continue nothing. */
  public void restart(ProducerStream layer) {
    layer.restart();
    for (int i = 0; i < subscribers.size(); i++) {
      subscribers.get(i).onRestarted(layer);
    }
  }

  /** Ends it, by its own will; subscribers learn that and are forgotten. */
  public void close() {
    end(false);
  }

  /**
   * The way it came by is lost, though it may go on elsewhere: its subscribers end, and those who own them are told.
   */
  public void lose() {
    end(true);
  }

  private void end(boolean lost) {
    if (closed) {
      return;
    }
    closed = true;
    host.forget(this);
    for (StreamSubscriber subscriber : List.copyOf(subscribers)) {
      subscriber.onProducerClosed(lost);
    }
    subscribers.clear();
    for (ProducerStream layer : layers) {
      layer.close();
    }
  }
}
