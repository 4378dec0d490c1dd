package sfu.load.nativepeer;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import sfu.load.client.ClientLoop;
import sfu.load.client.Invitation;
import sfu.load.client.SessionListener;
import sfu.load.client.SfuClient;
import sfu.load.client.SfuException;
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
  private final List<MovingPattern> patterns = new CopyOnWriteArrayList<>();
  private final long joinedNanos = System.nanoTime();
  private final AtomicLong firstMediaNanos = new AtomicLong();
  private final StallMeter stall = new StallMeter();

  /** Joins at once; {@code events} is called from several threads. */
  NativePeer(NativeFactories factories, ClientLoop loop, PeerCommand.Join join, Consumer<PeerEvent> events) {
    this.factories = factories;
    this.join = join;
    this.events = events;
    this.client = SfuClient.join(new Invitation(join.url(), join.channelUuid(), join.jwt()), this, loop);
    client.thenRun(() -> events.accept(new PeerEvent.Joined()));
    mediaThread.scheduleAtFixedRate(
        reporting(this::report), PROGRESS_MILLIS, PROGRESS_MILLIS, TimeUnit.MILLISECONDS);
    mediaThread.scheduleAtFixedRate(
        () -> stall.ran(System.nanoTime()), 0, StallMeter.INTERVAL_NANOS, TimeUnit.NANOSECONDS);
  }

  void sendAudio(int frequencyHz) {
    Tone tone = new Tone(frequencyHz);
    pushEvery(StreamType.AUDIO, TimeUnit.MILLISECONDS.toNanos(Tone.INTERVAL_MILLIS), tone::push);
    send(StreamType.AUDIO, transport -> transport.sendAudio(factories.audioTrack("audio", tone.source())));
  }

  void sendVideo(PeerCommand.SendVideo video) {
    MovingPattern pattern = new MovingPattern(video.width(), video.height());
    patterns.add(pattern);
    pushEvery(video.type(), TimeUnit.SECONDS.toNanos(1) / video.framesPerSecond(), pattern::push);
    send(
        video.type(),
        transport -> transport.sendVideo(factories.videoTrack(video.type().name(), pattern.source()), video));
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
    ReceivedStream stream = new ReceivedStream(consumer, this::firstMedia, this::failed);
    return receiveTransport.thenAcceptAsync(
        transport -> {
          close(transport, other -> replaces(consumer, other));
          stream.listen(transport.receive(consumer));
          receivedById.put(consumer.id(), stream);
          events.accept(
              new PeerEvent.Receiving(
                  consumer.sessionId(), consumer.type(), consumer.id(), transport.sectionCount()));
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
    mediaThread.execute(() -> patterns.forEach(MovingPattern::release));
    mediaThread.shutdown();
    end(sendThread, sendTransport.thenApply(SendTransport::connection));
    end(receiveThread, receiveTransport.thenApply(ReceiveTransport::connection));
  }

  /** Of a connection that was never made there is nothing to close. */
  private void end(ExecutorService thread, CompletableFuture<PeerConnection> connection) {
    thread.execute(() -> {
      // The media thread may still ask it how it stands.
      awaitEnd(mediaThread);
      PeerConnection made = connection.exceptionally(_ -> null).getNow(null);
      if (made != null) {
        made.raw().close();
      }
    });
    thread.shutdown();
  }

  private static void awaitEnd(ExecutorService thread) {
    try {
      thread.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void firstMedia() {
    firstMediaNanos.compareAndSet(0, System.nanoTime() - joinedNanos);
  }

  private static boolean replaces(InitConsumer consumer, InitConsumer other) {
    return other.sessionId().equals(consumer.sessionId()) && other.type() == consumer.type();
  }

  private void close(ReceiveTransport transport, Predicate<InitConsumer> isGone) {
    receivedById.values().removeIf(stream -> isGone.test(stream.consumer()));
    transport.close(id -> !receivedById.containsKey(id));
  }

  /** {@code announce} gives the producer's id. */
  private void send(StreamType type, Function<SendTransport, String> announce) {
    sendTransport
        .thenAcceptAsync(
            transport -> events.accept(new PeerEvent.Sending(type, announce.apply(transport))), sendThread)
        .exceptionally(this::failed);
  }

  /**
   * Pushes from now on instead of what was pushed for this type before; nothing if the session has ended meanwhile.
   * Called by the thread of the commands alone.
   */
  private void pushEvery(StreamType type, long intervalNanos, Runnable push) {
    Future<?> before = pushingByType.remove(type);
    if (before != null) {
      before.cancel(false);
    }
    try {
      pushingByType.put(
          type, mediaThread.scheduleAtFixedRate(reporting(push), 0, intervalNanos, TimeUnit.NANOSECONDS));
    } catch (RejectedExecutionException _) {
      // The end was reported.
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
    CompletableFuture<TransportStats> send = stats(sendTransport.thenApply(SendTransport::connection));
    CompletableFuture<TransportStats> receive = stats(receiveTransport.thenApply(ReceiveTransport::connection));
    send.thenAcceptBoth(receive, (sending, receiving) -> {
          List<PeerEvent.Received> received =
              receivedById.values().stream()
                  .map(stream ->
                      stream.counts(receiving.inbound().getOrDefault(stream.consumer().id(), PeerEvent.Inbound.NONE)))
                  .toList();
          events.accept(
              new PeerEvent.Progress(
                  received,
                  sending.transport(),
                  receiving.transport(),
                  firstMediaNanos.get(),
                  stall.takeLongestNanos()));
        })
        .exceptionally(this::failed);
  }

  private static CompletableFuture<TransportStats> stats(CompletableFuture<PeerConnection> connection) {
    return connection.isDone()
        ? connection.thenCompose(PeerConnection::stats)
        : CompletableFuture.completedFuture(TransportStats.NONE);
  }

  private Void failed(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    // These two say it in words that need no name of a class.
    boolean forPeople = cause instanceof SfuException || cause instanceof IllegalArgumentException;
    events.accept(new PeerEvent.Failed(forPeople ? cause.getMessage() : cause.toString()));
    return null;
  }

  private static ExecutorService daemon(String name) {
    return Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name(name).factory());
  }
}
