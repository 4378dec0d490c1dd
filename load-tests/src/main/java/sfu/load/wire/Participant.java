package sfu.load.wire;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongUnaryOperator;
import sfu.load.client.ClientLoop;
import sfu.load.client.Invitation;
import sfu.load.client.Refusal;
import sfu.load.engine.AttendeeReport;
import sfu.load.engine.StreamKey;
import sfu.node.media.transport.TimerHeap;
import sfu.protocol.ortc.RtpCapabilities;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.ServerMessage.InitConsumer;
import sfu.protocol.signal.ServerMessage.InitTransports;
import sfu.protocol.signal.SessionId;

/**
 * A person in a call, over as many connections and transports as it takes: what it sends goes on, and what it measures
 * runs through, whatever becomes of any of them. Its public methods may be called from any thread; everything else is
 * confined to its loop.
 */
public final class Participant implements Connection.Owner {

  /** How often is looked whether new media flows, so that the old may end. */
  private static final long WATCH_NANOS = 20_000_000;

  /** Old media is kept for so long at most once there is new. */
  private static final long MAX_OVERLAP_NANOS = 8_000_000_000L;

  private static final String LEFT = "left";

  private final ParticipantSettings settings;
  private final WireLoop loop;
  private final ClientLoop clients;
  private final Behaviour behaviour;
  private final SplittableRandom random = new SplittableRandom();
  private final Map<StreamType, Source> sources = new EnumMap<>(StreamType.class);
  private final Set<StreamType> paused = ConcurrentHashMap.newKeySet();
  private final Reception reception;

  /** Newest last. All but the last end once its media flows. */
  private final List<Connection> connections = new ArrayList<>(2);

  private final Medias medias = new Medias();
  private final Timer watch = new Timer(this::watch);
  private final Timer retry = new Timer(this::retry);
  private final List<Integer> closeCodes = new ArrayList<>();
  private boolean retryPending;
  private long retryDelayNanos;
  private int opened;
  private int mediaSetups;
  private int transportFailures;
  private boolean refused;
  private String ended;

  private static final class Timer extends TimerHeap.Timed {
    private final LongUnaryOperator whenDue;

    Timer(LongUnaryOperator whenDue) {
      this.whenDue = whenDue;
    }

    @Override
    protected long onTimer(long nowNanos) {
      return whenDue.applyAsLong(nowNanos);
    }
  }

  Participant(ParticipantSettings settings, WireLoop loop, ClientLoop clients) {
    this.settings = settings;
    this.loop = loop;
    this.clients = clients;
    this.behaviour = settings.behaviour();
    this.reception = new Reception(new JoinClock(loop.totals, loop.nowNanos()));
    if (settings.speaks()) {
      StreamKey key = new StreamKey(settings.id(), StreamType.AUDIO);
      sources.put(StreamType.AUDIO, new Microphone(loop.pace, loop.scratch, key, random.split()));
    }
    Pacer pacer = new Pacer(settings.videos().values(), loop.nowNanos());
    settings.videos().forEach((type, video) -> {
      StreamKey key = new StreamKey(settings.id(), type);
      sources.put(type, new Camera(loop.pace, loop.scratch, key, video, pacer, random.split()));
    });
  }

  // -- for any thread ------------------------------------------------------------------------------------------------

  public SessionId id() {
    return settings.id();
  }

  public ParticipantSettings settings() {
    return settings;
  }

  /** Leaves for good. */
  public void leave() {
    loop.execute(() -> {
      if (ended == null) {
        end(LEFT);
      }
    });
  }

  /** Pauses or resumes a stream that it sends, as a click on its button does. */
  public void pause(StreamType type, boolean off) {
    if (off) {
      paused.add(type);
    } else {
      paused.remove(type);
    }
    loop.execute(() -> {
      sources.get(type).pause(off, loop.nowNanos());
      if (medias.newest() != null) {
        medias.newest().session().client().changeProduction(type, !off);
      }
    });
  }

  /** Opens another connection that takes over from the one that it has, as if the server had asked for it. */
  void followMove() {
    loop.execute(() -> connections.stream().reduce((_, newer) -> newer).ifPresent(this::onMoveAsked));
  }

  /** What it sends now: all but what is paused. */
  public Set<StreamType> sends() {
    Set<StreamType> types = new TreeSet<>(settings.types());
    types.removeAll(paused);
    return types;
  }

  /** From now on its gaps count anew. Complete when it was done. */
  public CompletableFuture<Void> mark() {
    return loop.call(() -> {
      reception.mark(loop.nowNanos());
      return null;
    });
  }

  /** What became of it so far. */
  public CompletableFuture<ParticipantReport> report() {
    return loop.call(() -> makeReport(true));
  }

  /** The same without delays, which take the loop's time to copy. */
  CompletableFuture<ParticipantReport> briefReport() {
    return loop.call(() -> makeReport(false));
  }

  /** The same in the terms of any engine. */
  CompletableFuture<AttendeeReport> attendeeReport() {
    return loop.call(this::makeAttendeeReport);
  }

  // -- connections ---------------------------------------------------------------------------------------------------

  /** Connects for the first time. */
  void begin() {
    loop.add(this);
    connect(false);
  }

  private void connect(boolean resumes) {
    Invitation invitation =
        settings.invitation()
            .at(settings.urls().get(opened % settings.urls().size()))
            .with(behaviour.features())
            .resuming(resumes);
    opened++;
    retryPending = false;
    loop.timers.cancel(retry);
    connections.add(new Connection(this, invitation, loop, clients));
  }

  private long retry(long nowNanos) {
    connect(behaviour.makesBeforeBreak() && medias.newest() != null);
    return Long.MAX_VALUE;
  }

  @Override
  public void onEnd(Connection connection, int code, String reason) {
    boolean newest = isNewest(connection);
    if (!connections.remove(connection) || ended != null) {
      return;
    }
    closeCodes.add(code);
    // Of one that another takes over from, or is about to, the end changes nothing.
    if (newest && !retryPending) {
      boolean forGood = behaviour.endsWith(code);
      refused = forGood && Refusal.is(code);
      lost("closed with " + code + (reason.isEmpty() ? "" : " " + reason), forGood);
    }
  }

  private boolean isNewest(Connection connection) {
    return !connections.isEmpty() && connections.getLast() == connection;
  }

  /** The newest connection is gone, or of no use any more. */
  private void lost(String why, boolean forGood) {
    if (forGood) {
      end(why);
      return;
    }
    if (!behaviour.makesBeforeBreak()) {
      medias.close();
    }
    retryPending = true;
    retryDelayNanos = behaviour.retryDelayNanos(retryDelayNanos, random);
    loop.timers.schedule(retry, loop.nowNanos() + retryDelayNanos);
  }

  private void end(String why) {
    ended = why;
    loop.remove(this);
    loop.totals.failed += why.equals(LEFT) ? 0 : 1;
    reception.end(medias.sessions(), loop.nowNanos());
    loop.timers.cancel(retry);
    loop.timers.cancel(watch);
    medias.close();
    connections.forEach(Connection::close);
    connections.clear();
  }

  @Override
  public void onMoveAsked(Connection connection) {
    if (ended == null && behaviour.makesBeforeBreak() && isNewest(connection)) {
      connect(true);
    }
  }

  // -- media ---------------------------------------------------------------------------------------------------------

  @Override
  public RtpCapabilities onInitTransports(Connection connection, InitTransports transports) {
    RtpCapabilities answer = WireParameters.receivable(transports.capabilities());
    if (ended != null || !connections.contains(connection)) {
      return answer;
    }
    mediaSetups++;
    if (!behaviour.makesBeforeBreak()) {
      medias.close();
    }
    MediaSession session =
        new MediaSession(
            loop,
            connection.client(),
            transports,
            random,
            behaviour,
            (failed, reason) -> onTransportFailed(connection, failed, reason));
    medias.add(connection, session);
    // Once the answer is on its way: what a client says before it, it says to the session before.
    // By way of the signalling's thread, where the answer is queued first whichever of the two threads is quicker.
    clients.thread().execute(() -> loop.execute(() -> begin(session)));
    loop.timers.schedule(watch, loop.nowNanos() + WATCH_NANOS);
    return answer;
  }

  private void begin(MediaSession session) {
    if (medias.contains(session)) {
      try {
        session.send(sources.values(), "wire-" + settings.id());
      } catch (IOException e) {
        end(e.getMessage());
      }
    }
  }

  @Override
  public void onInitConsumer(Connection connection, InitConsumer consumer) {
    MediaSession session = medias.newestOf(connection);
    if (session == null) {
      return;
    }
    StreamKey key = new StreamKey(consumer.sessionId(), consumer.type());
    try {
      session.receive(consumer, reception.meterOf(key, loop.nowNanos()));
    } catch (IOException e) {
      end(e.getMessage());
    }
  }

  @Override
  public void onSessionLeft(Connection connection, SessionId sessionId) {
    MediaSession session = medias.newestOf(connection);
    if (session != null) {
      session.forget(sessionId::equals);
    }
  }

  @Override
  public void onSessions(Connection connection, List<SessionId> sessionIds) {
    MediaSession session = medias.newestOf(connection);
    if (session != null) {
      session.forget(id -> !sessionIds.contains(id));
    }
  }

  private void onTransportFailed(Connection connection, MediaSession failed, String reason) {
    transportFailures++;
    if (ended == null && medias.isNewest(failed) && isNewest(connection)) {
      // Its media is dead though its socket isn't.
      connections.remove(connection);
      connection.close();
      lost(reason, behaviour == Behaviour.STAY_GONE);
    }
  }

  /** Looks whether the newest media flows; if so, all that is older ends. */
  private long watch(long nowNanos) {
    Medias.Media newest = medias.newest();
    if (newest == null) {
      return Long.MAX_VALUE;
    }
    if (!medias.newestFlows(nowNanos) && nowNanos - newest.session().beganNanos() < MAX_OVERLAP_NANOS) {
      return nowNanos + WATCH_NANOS;
    }
    medias.closeOlder();
    retryDelayNanos = 0;
    int newer = connections.indexOf(newest.connection());
    for (int i = 0; i < newer; i++) {
      connections.removeFirst().close();
    }
    return Long.MAX_VALUE;
  }

  // -- report --------------------------------------------------------------------------------------------------------

  private ParticipantReport makeReport(boolean withDelays) {
    long now = loop.nowNanos();
    return new ParticipantReport(
        settings.id(),
        describe(),
        ended == null,
        isConnected(),
        opened,
        List.copyOf(closeCodes),
        mediaSetups,
        transportFailures,
        medias.strayPackets(),
        reception.streams(medias.sessions(), now),
        withDelays ? reception.delayMicros() : Map.of());
  }

  private AttendeeReport makeAttendeeReport() {
    return new AttendeeReport(
        settings.id(),
        describe(),
        ended == null,
        refused,
        isConnected(),
        reception.clock().firstMediaNanos(),
        reception.qualities(medias.sessions(), loop.nowNanos()));
  }

  /** What it receives now. On the loop. */
  int streamCount() {
    return medias.newest() == null ? 0 : medias.newest().session().streams().size();
  }

  /** Whether all that it sends and receives is set up. On the loop. */
  boolean isConnected() {
    Medias.Media newest = medias.newest();
    return newest != null && isNewest(newest.connection()) && newest.session().isReady();
  }

  private String describe() {
    if (ended != null) {
      return "gone: " + ended;
    }
    if (retryPending) {
      return "will connect again, last closed with " + (closeCodes.isEmpty() ? "nothing" : closeCodes.getLast());
    }
    if (isConnected()) {
      return medias.size() > 1 ? "connected, keeps old media" : "connected";
    }
    String way = connections.getLast().client() == null ? "connecting" : "authenticated, media not set up";
    return medias.size() == 0 ? way : way + ", has media of " + medias.size() + " setups";
  }
}
