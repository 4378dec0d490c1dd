package sfu.load.nativepeer;

import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.media.MediaStreamTrack;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import sfu.load.client.ClientLoop;
import sfu.load.client.Invitation;
import sfu.load.client.SessionListener;
import sfu.load.client.SfuClient;
import sfu.load.nativepeer.PeerEvent.Transport;
import sfu.load.sdp.DtlsRole;
import sfu.load.sdp.IceProtocol;
import sfu.load.sdp.Negotiation;
import sfu.load.sdp.ServerDescription;
import sfu.protocol.ortc.RtpCapabilities;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.ServerMessage.InitConsumer;
import sfu.protocol.signal.ServerMessage.InitTransports;
import sfu.protocol.signal.SessionId;

/**
 * One participant: signalling on the client loop, each transport on a thread of its own because libwebrtc makes callers
 * wait, and a thread that pushes media and reports.
 */
final class NativePeer implements SessionListener {

  private static final long PROGRESS_MILLIS = 500;

  private final NativeFactories factories;
  private final PeerCommand.Join join;
  private final Consumer<PeerEvent> events;
  private final ExecutorService sendThread = daemon("send transport");
  private final ExecutorService receiveThread = daemon("receive transport");
  private final ScheduledExecutorService mediaThread =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("media").factory());

  private final CompletableFuture<SfuClient> client;
  private final CompletableFuture<SendTransport> sendTransport = new CompletableFuture<>();
  private final CompletableFuture<ReceiveTransport> receiveTransport = new CompletableFuture<>();
  private final Map<String, ReceivedStream> receivedById = new ConcurrentHashMap<>();
  private final Map<StreamType, Future<?>> pushingByType = new EnumMap<>(StreamType.class);

  /** Joins at once; {@code events} is called from several threads. */
  NativePeer(NativeFactories factories, ClientLoop loop, PeerCommand.Join join, Consumer<PeerEvent> events) {
    this.factories = factories;
    this.join = join;
    this.events = events;
    this.client = SfuClient.join(new Invitation(join.url(), join.channelUuid(), join.jwt()), this, loop);
    client.thenRun(() -> events.accept(new PeerEvent.Joined()));
    mediaThread.scheduleAtFixedRate(
        reporting(this::report), PROGRESS_MILLIS, PROGRESS_MILLIS, TimeUnit.MILLISECONDS);
  }

  void sendAudio(int frequencyHz) {
    Tone tone = new Tone(frequencyHz);
    pushEvery(StreamType.AUDIO, TimeUnit.MILLISECONDS.toNanos(Tone.INTERVAL_MILLIS), tone::push);
    send(StreamType.AUDIO, factory -> factory.createAudioTrack("audio", tone.source()), false);
  }

  void sendVideo(PeerCommand.SendVideo video) {
    MovingPattern pattern = new MovingPattern(video.width(), video.height());
    pushEvery(video.type(), TimeUnit.SECONDS.toNanos(1) / video.framesPerSecond(), pattern::push);
    send(video.type(), factory -> factory.createVideoTrack(video.type().name(), pattern.source()), video.simulcast());
  }

  void setActive(StreamType type, boolean active) {
    client.thenAccept(joined -> joined.changeProduction(type, active));
  }

  void setWanted(SessionId sessionId, StreamType type, boolean wanted) {
    client.thenAccept(joined -> joined.changeConsumption(sessionId, Map.of(type, wanted)));
  }

  void leave() {
    client.thenAccept(SfuClient::close);
  }

  @Override
  public CompletableFuture<RtpCapabilities> initTransports(SfuClient joined, InitTransports server) {
    IceProtocol protocol = join.iceProtocol();
    DtlsRole role = join.dtlsRole();
    sendTransport.completeAsync(
        () -> new SendTransport(joined, server, factories.sendingConnection(), protocol, role), sendThread);
    receiveTransport.completeAsync(
        () -> new ReceiveTransport(
            joined, factories.receivingConnection(), new ServerDescription(server.stcConfig(), protocol), role),
        receiveThread);
    return receiveTransport.thenApplyAsync(
        _ -> Negotiation.receivable(factories.everything(), server.capabilities()), receiveThread);
  }

  @Override
  public CompletableFuture<Void> initConsumer(SfuClient joined, InitConsumer consumer) {
    return receiveTransport.thenAcceptAsync(
        transport -> {
          ReceivedStream stream = new ReceivedStream(consumer, this::failed);
          close(transport, other -> replaces(consumer, other));
          stream.listen(transport.receive(consumer));
          receivedById.put(consumer.id(), stream);
          events.accept(new PeerEvent.Receiving(consumer.sessionId(), consumer.type(), consumer.id()));
        },
        receiveThread);
  }

  @Override
  public void sessionLeft(SessionId sessionId) {
    events.accept(new PeerEvent.SessionLeft(sessionId));
    receiveTransport
        .thenAcceptAsync(transport -> close(transport, other -> other.sessionId().equals(sessionId)), receiveThread)
        .exceptionally(this::failed);
  }

  @Override
  public void closed(int code, String reason) {
    events.accept(new PeerEvent.Closed(code, reason));
  }

  private static boolean replaces(InitConsumer consumer, InitConsumer other) {
    return other.sessionId().equals(consumer.sessionId()) && other.type() == consumer.type();
  }

  private void close(ReceiveTransport transport, Predicate<InitConsumer> isGone) {
    receivedById.values().removeIf(stream -> isGone.test(stream.consumer()));
    transport.close(id -> !receivedById.containsKey(id));
  }

  private void send(
      StreamType type, Function<PeerConnectionFactory, MediaStreamTrack> track, boolean simulcast) {
    sendTransport
        .thenAcceptAsync(
            transport -> {
              String producerId = transport.send(type, track.apply(factories.sending()), simulcast);
              events.accept(new PeerEvent.Sending(type, producerId));
            },
            sendThread)
        .exceptionally(this::failed);
  }

  /** Pushes from now on instead of what was pushed for this type before. Called by the thread of the commands alone. */
  private void pushEvery(StreamType type, long intervalNanos, Runnable push) {
    Future<?> pushing =
        mediaThread.scheduleAtFixedRate(reporting(push), 0, intervalNanos, TimeUnit.NANOSECONDS);
    Future<?> before = pushingByType.put(type, pushing);
    if (before != null) {
      before.cancel(false);
    }
  }

  /** A task that fails would be repeated no more, and nobody told. */
  private Runnable reporting(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException e) {
        failed(e);
      }
    };
  }

  private void report() {
    CompletableFuture<Transport> send = stats(sendTransport.thenApply(SendTransport::connection));
    CompletableFuture<Transport> receive = stats(receiveTransport.thenApply(ReceiveTransport::connection));
    send.thenAcceptBoth(receive, (sending, receiving) -> {
          List<PeerEvent.Received> received = receivedById.values().stream().map(ReceivedStream::counts).toList();
          events.accept(new PeerEvent.Progress(received, sending, receiving));
        })
        .exceptionally(this::failed);
  }

  private static CompletableFuture<Transport> stats(CompletableFuture<PeerConnection> connection) {
    return connection.isDone()
        ? connection.thenCompose(PeerConnection::transport)
        : CompletableFuture.completedFuture(Transport.NONE);
  }

  private Void failed(Throwable failure) {
    events.accept(new PeerEvent.Failed(failure.toString()));
    return null;
  }

  private static ExecutorService daemon(String name) {
    return Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name(name).factory());
  }
}
