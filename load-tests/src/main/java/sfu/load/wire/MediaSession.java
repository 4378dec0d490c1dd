package sfu.load.wire;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import sfu.load.client.SfuClient;
import sfu.protocol.signal.ServerMessage.InitConsumer;
import sfu.protocol.signal.ServerMessage.InitTransports;
import sfu.protocol.signal.SessionId;

/**
 * The media of one INIT_TRANSPORTS: the transport it sends on if there is something to send, and the one it receives on
 * from the first consumer on, as a browser has them. Confined to its loop.
 */
final class MediaSession {

  /** Our first packets are not yet what a viewer sees: a key frame has to reach him, so long both send. */
  private static final long SENDING_OVERLAP_NANOS = 1_000_000_000L;

  /** What came within this flows. */
  private static final long FLOWING_NANOS = 300_000_000;

  private final WireLoop loop;
  private final SfuClient client;
  private final InitTransports config;
  private final RandomGenerator random;
  private final Behaviour behaviour;
  private final Consumer<String> whenFailed;
  private final long beganNanos;
  private SendTransport send;
  private ReceiveTransport receive;
  private boolean closed;

  /** {@code whenFailed}: a transport ended by itself; the other one goes on. */
  MediaSession(
      WireLoop loop,
      SfuClient client,
      InitTransports config,
      RandomGenerator random,
      Behaviour behaviour,
      BiConsumer<MediaSession, String> whenFailed) {
    this.loop = loop;
    this.client = client;
    this.config = config;
    this.random = random;
    this.behaviour = behaviour;
    this.whenFailed = reason -> whenFailed.accept(this, reason);
    this.beganNanos = loop.nowNanos();
  }

  SfuClient client() {
    return client;
  }

  long beganNanos() {
    return beganNanos;
  }

  /** Begins to send, if there is anything. */
  void send(Collection<? extends Source> sources, String cname) throws IOException {
    if (!sources.isEmpty()) {
      send = new SendTransport(loop, client, config.ctsConfig(), sources, cname, random, behaviour, whenFailed);
      send.announce(config.capabilities());
    }
  }

  /** A stream was announced. */
  void receive(InitConsumer consumer, StreamMeter meter) throws IOException {
    if (closed) {
      return;
    }
    if (receive == null) {
      receive = new ReceiveTransport(loop, client, config.stcConfig(), random, behaviour, whenFailed);
    }
    receive.add(new InboundStream(meter, consumer.rtpParameters()));
  }

  /** These left, and their streams with them. */
  void forget(Predicate<SessionId> left) {
    if (receive != null) {
      receive.removeAll(stream -> left.test(stream.meter().key().sessionId()));
    }
  }

  /** Whether all that is sent and received is set up. */
  boolean isReady() {
    return !closed && (send == null || send.isReady()) && (receive == null || receive.isConnected());
  }

  /** Whether everything that still flows on the old one flows here too, both ways. */
  boolean takesOverFrom(MediaSession old, long nowNanos) {
    if (!isReady() || send != null && nowNanos - send.readyNanos() < SENDING_OVERLAP_NANOS) {
      return false;
    }
    for (InboundStream stream : old.streams()) {
      boolean flows =
          stream.lastPacketNanos() != GapMeter.NEVER && nowNanos - stream.lastPacketNanos() < FLOWING_NANOS;
      if (flows && !hasBegun(stream.meter())) {
        return false;
      }
    }
    return true;
  }

  private boolean hasBegun(StreamMeter meter) {
    InboundStream here = receive == null ? null : receive.find(meter);
    return here != null && here.lastPacketNanos() != GapMeter.NEVER;
  }

  List<InboundStream> streams() {
    return receive == null ? List.of() : receive.streams();
  }

  /** Packets that no announced stream explains. */
  long strayPackets() {
    return receive == null ? 0 : receive.strayPackets();
  }

  void close() {
    closed = true;
    if (send != null) {
      send.close();
    }
    if (receive != null) {
      receive.close();
    }
  }
}
