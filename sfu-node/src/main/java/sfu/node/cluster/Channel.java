package sfu.node.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sfu.node.CborMessage;
import sfu.node.media.MediaCommand;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.CloseCode;
import sfu.protocol.signal.SessionId;
import sfu.protocol.signal.SessionInfo;

/**
 * One channel: who is in it, what they offer and show, and which workers carry them. All that its sessions tell each
 * other goes through here, in one order for everybody.
 */
public final class Channel extends AbstractBehavior<Channel.Command> {

  /** What a channel can be told. What a session says counts only while it holds its {@link Seat}. */
  public sealed interface Command extends RoomMessage {}

  /** Begins the channel, unless it has begun already; {@code creator} is told its UUID either way. */
  record Open(ChannelRecord proposed, ActorRef<ChannelRegistry.Created> creator) implements Command {}

  /**
   * Begins the channel, unless it has begun already: its node was lost, and it must end some day though nobody comes.
   */
  record Keep(ChannelRecord channel) implements Command {}

  /**
   * A session wants in. Answered by {@link Session.Admitted} or {@link Session.Ended}. {@code resumes}: it goes on with
   * what the connection that has its seat began, and the others notice nothing; else it throws that one out.
   */
  record Admit(ChannelRecord channel, Seat seat, ActorRef<Session.Command> session, boolean resumes)
      implements Command {}

  /** A session is gone. */
  record Leave(Seat seat) implements Command {}

  /**
   * A session gives up its connection, and another that resumes it will come soon. {@code mediaLives}: what it sends
   * and receives flows on until then.
   */
  record Moving(Seat seat, boolean mediaLives) implements Command {}

  /** A session offers a stream, in place of its former one of the type. */
  record Produce(Seat seat, Production production, SessionInfo info) implements Command {}

  /** A session's stream of a type is no more. */
  record Unproduce(Seat seat, StreamType type, SessionInfo info) implements Command {}

  /** A session pauses or resumes a stream. */
  record SetActive(Seat seat, StreamType type, boolean active, SessionInfo info) implements Command {}

  /** A session's info changed; {@code needRefresh}: it wants that of all others. */
  record ChangeInfo(Seat seat, SessionInfo info, boolean needRefresh) implements Command {}

  /** A session says something to all others; null if there was no payload. */
  record Broadcast(Seat seat, JsonNode message) implements Command {}

  /** Closes sessions, if {@code remoteAddress} is the one that created the channel. */
  record Kick(String remoteAddress, List<SessionId> sessions) implements Command {}

  /** Answered by {@link ChannelStats}. */
  record GetStats(ChannelRecord channel, ActorRef<ChannelStats> replyTo) implements Command {}

  /** Asked of a name that no channel has, to hear that entities can be reached. Answered by {@link Ready}. */
  record AreYouReady(ActorRef<Ready> replyTo) implements Command {}

  /** Entities can be reached. */
  record Ready() implements CborMessage {}

  /** The shard goes to another node; never leaves this one. */
  record HandedOff() implements Command {}

  private record WorkerPicked(ActorRef<MediaCommand> worker) implements Command {}

  /** The session's actor is no more; told after all that it said itself. */
  private record SessionGone(Seat seat) implements Command {}

  private record StayedAway(Seat seat) implements Command {}

  private record Arrived(Seat seat) implements Command {}

  private record StatsKnown(BitRates bitRates, ActorRef<ChannelStats> replyTo) implements Command {}

  private record KickForgotten(SessionId id) implements Command {}

  private enum EmptyForLong implements Command {
    EMPTY_FOR_LONG
  }

  private static final String KICKED = "disconnected by the API";

  private static final Logger LOG = LoggerFactory.getLogger(Channel.class);

  private final String uuid;
  private final int capacity;
  private final ActorRef<ChannelRegistry.Command> registry;
  private final ActorRef<WorkerPool.Command> workers;
  private final Runnable passivate;
  private final TimerScheduler<Command> timers;

  private final Map<SessionId, Member> members = new LinkedHashMap<>();
  private final Deque<Admit> waitingForWorker = new ArrayDeque<>();
  private boolean workerAsked;

  /** Kicked a moment ago: a session among them that was moving just then must not come back by its next connection. */
  private final Set<SessionId> kicked = new HashSet<>();
  private ChannelRecord channel;

  /** {@code passivate} asks the shard to stop this entity without losing a message that is on its way. */
  static Behavior<Command> create(
      String uuid,
      int capacity,
      ActorRef<ChannelRegistry.Command> registry,
      ActorRef<WorkerPool.Command> workers,
      Runnable passivate) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new Channel(context, timers, uuid, capacity, registry, workers, passivate)));
  }

  private Channel(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      String uuid,
      int capacity,
      ActorRef<ChannelRegistry.Command> registry,
      ActorRef<WorkerPool.Command> workers,
      Runnable passivate) {
    super(context);
    this.timers = timers;
    this.uuid = uuid;
    this.capacity = capacity;
    this.registry = registry;
    this.workers = workers;
    this.passivate = passivate;
    restartEmptyTimer();
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onAnyMessage(this::on).build();
  }

  private Behavior<Command> on(Command command) {
    switch (command) {
      case Open open -> open(open);
      case Keep(var known) -> {
        if (channel == null) {
          channel = known;
        }
      }
      case Admit admit -> admit(admit);
      case Leave(var seat) -> {
        waitsNoMore(seat);
        seated(seat, this::remove);
      }
      case Moving(var seat, var mediaLives) -> {
        waitsNoMore(seat);
        seated(seat, member -> vacate(member, mediaLives));
      }
      case SessionGone(var seat) -> seated(seat, member -> removeIf(member, !member.isVacant()));
      case StayedAway(var seat) -> seated(seat, member -> removeIf(member, member.isVacant()));
      case Arrived(var seat) -> seated(seat, this::arrived);
      case Produce(var seat, var production, var info) -> seated(seat, member -> produce(member, production, info));
      case Unproduce(var seat, var type, var info) -> seated(seat, member -> unproduce(member, type, info));
      case SetActive(var seat, var type, var active, var info) ->
          seated(seat, member -> setActive(member, type, active, info));
      case ChangeInfo(var seat, var info, var needRefresh) ->
          seated(seat, member -> changeInfo(member, info, needRefresh));
      case Broadcast(var seat, var message) ->
          seated(seat, member -> tellOthers(member, new Session.Heard(member.id(), message)));
      case Kick kick -> kick(kick);
      case KickForgotten(var id) -> kicked.remove(id);
      case GetStats ask -> askStats(ask);
      case AreYouReady(var replyTo) -> {
        replyTo.tell(new Ready());
        passivate.run();
      }
      case StatsKnown(var bitRates, var replyTo) -> {
        if (channel != null) {
          replyTo.tell(bitRates.stats(channel, members.values()));
        }
      }
      case WorkerPicked(var picked) -> picked(picked);
      case EmptyForLong _ -> {
        if (waitingForWorker.isEmpty()) {
          close();
        } else {
          restartEmptyTimer();
        }
      }
      case HandedOff _ -> {
        LOG.debug("channel {} goes to another node", uuid);
        return Behaviors.stopped();
      }
    }
    return this;
  }

  private void open(Open open) {
    if (channel == null) {
      channel = open.proposed();
      LOG.info("channel {} opened for {}", uuid, channel.issuer());
    }
    // Each time: who is told that it is there may rely on a majority of the nodes having it.
    registry.tell(new ChannelRegistry.Put(channel, open.creator()));
  }

  private void admit(Admit admit) {
    if (channel == null) {
      // The node that had this channel is lost, or it closed this moment: the registry's copy begins it anew.
      channel = admit.channel();
      registry.tell(new ChannelRegistry.Put(channel, null));
    }
    if (admit.resumes() && kicked.contains(admit.seat().id())) {
      admit.session().tell(new Session.Ended(CloseCode.KICKED.code(), KICKED));
    } else if (!members.containsKey(admit.seat().id()) && members.size() >= capacity) {
      refuseAsFull(admit);
    } else if (channel.webRtc()) {
      waitingForWorker.add(admit);
      if (!workerAsked) {
        askForWorker();
      }
    } else {
      admit(admit, null);
    }
  }

  private void admit(Admit admit, ActorRef<MediaCommand> worker) {
    SessionId id = admit.seat().id();
    Member former = members.get(id);
    if (former == null && members.size() >= capacity) {
      refuseAsFull(admit);
      return;
    }
    Member member = new Member(admit.seat(), admit.session(), worker);
    if (former != null && admit.resumes()) {
      member.inherit(former);
      getContext().unwatch(former.session());
      timers.cancel(new StayedAway(former.seat()));
      if (!former.isVacant()) {
        former.session().tell(new Session.TakenOver());
      }
    } else if (former != null) {
      evict(former, "replaced by another session with its id");
    }
    seat(member);
    if (admit.resumes()) {
      Arrived arrived = new Arrived(admit.seat());
      timers.startSingleTimer(arrived, arrived, Timings.MOVE);
    }
  }

  private static void refuseAsFull(Admit admit) {
    admit.session().tell(new Session.Ended(CloseCode.CHANNEL_FULL.code(), "channel full"));
  }

  private void seat(Member member) {
    members.put(member.id(), member);
    getContext().watchWith(member.session(), new SessionGone(member.seat()));
    List<Production> productions = new ArrayList<>();
    others(member, other -> other.productions().forEach(productions::add));
    member.session().tell(new Session.Admitted(getContext().getSelf(), member.worker(), productions));
    LOG.debug("channel {}: session {} joined, {} there", uuid, member.id(), members.size());
    restartEmptyTimer();
  }

  /** A session that ended before it was in: seated all the same, it would throw out who has come in its place. */
  private void waitsNoMore(Seat seat) {
    waitingForWorker.removeIf(admit -> admit.seat().equals(seat));
  }

  /** The seat is kept for a while, for the connection that comes next. */
  private void vacate(Member member, boolean mediaLives) {
    member.vacate();
    getContext().unwatch(member.session());
    if (!mediaLives) {
      withdraw(member, member.offered());
    }
    StayedAway stayedAway = new StayedAway(member.seat());
    timers.startSingleTimer(stayedAway, stayedAway, Timings.MOVE);
  }

  /** A session that moved has had its time to offer anew what it offered before, and its peers to move as well. */
  private void arrived(Member member) {
    withdraw(member, member.inherited());
    List<SessionId> present = new ArrayList<>();
    others(member, other -> present.add(other.id()));
    member.session().tell(new Session.Present(present));
  }

  private void withdraw(Member member, List<StreamType> types) {
    for (StreamType type : types) {
      member.withdraw(type);
      tellOthers(member, new Session.Unproduced(member.id(), type));
    }
  }

  private void removeIf(Member member, boolean so) {
    if (so) {
      remove(member);
    }
  }

  private void remove(Member member) {
    members.remove(member.id());
    getContext().unwatch(member.session());
    tellOthers(member, new Session.PeerLeft(member.id()));
    LOG.debug("channel {}: session {} left, {} there", uuid, member.id(), members.size());
    restartEmptyTimer();
  }

  private void evict(Member member, String reason) {
    remove(member);
    member.session().tell(new Session.Ended(CloseCode.KICKED.code(), reason));
  }

  private void produce(Member member, Production production, SessionInfo info) {
    member.offer(production);
    member.info(info);
    tellOthers(member, new Session.Produced(production));
    if (production.type() != StreamType.AUDIO) {
      announceInfo(member);
    }
  }

  private void unproduce(Member member, StreamType type, SessionInfo info) {
    if (member.withdraw(type)) {
      member.info(info);
      tellOthers(member, new Session.Unproduced(member.id(), type));
      announceInfo(member);
    }
  }

  private void setActive(Member member, StreamType type, boolean active, SessionInfo info) {
    Production production = member.production(type);
    member.info(info);
    if (production != null) {
      Production changed = production.withActive(active);
      member.offer(changed);
      tellOthers(member, new Session.Produced(changed));
    }
    if (type != StreamType.AUDIO) {
      announceInfo(member);
    }
  }

  private void changeInfo(Member member, SessionInfo info, boolean needRefresh) {
    member.info(info);
    announceInfo(member);
    if (needRefresh) {
      Map<String, SessionInfo> infos = new LinkedHashMap<>();
      others(member, other -> infos.put(other.id().text(), other.info()));
      if (!infos.isEmpty()) {
        member.session().tell(new Session.InfosChanged(infos));
      }
    }
  }

  private void announceInfo(Member member) {
    tellOthers(member, new Session.InfosChanged(Map.of(member.id().text(), member.info())));
  }

  private void kick(Kick kick) {
    if (channel == null || !channel.remoteAddress().equals(kick.remoteAddress())) {
      return;
    }
    for (SessionId id : kick.sessions()) {
      kicked.add(id);
      KickForgotten forgotten = new KickForgotten(id);
      timers.startSingleTimer(forgotten, forgotten, Timings.MOVE);
      waitingForWorker.removeIf(
          admit -> {
            boolean meant = admit.seat().id().equals(id);
            if (meant) {
              admit.session().tell(new Session.Ended(CloseCode.KICKED.code(), KICKED));
            }
            return meant;
          });
      Member member = members.get(id);
      if (member != null) {
        evict(member, KICKED);
      }
    }
  }

  private void close() {
    LOG.info("channel {} closes: one session or none for {}", uuid, Timings.EMPTY_CHANNEL);
    for (Member member : List.copyOf(members.values())) {
      evict(member, "channel closed");
    }
    timers.cancelAll();
    kicked.clear();
    channel = null;
    registry.tell(new ChannelRegistry.Remove(uuid));
    passivate.run();
  }

  private void restartEmptyTimer() {
    if (members.size() <= 1) {
      timers.startSingleTimer(EmptyForLong.EMPTY_FOR_LONG, Timings.EMPTY_CHANNEL);
    } else {
      timers.cancel(EmptyForLong.EMPTY_FOR_LONG);
    }
  }

  /** One after the other: each is to know where those before it went. */
  private void askForWorker() {
    workerAsked = true;
    Map<ActorRef<MediaCommand>, Integer> seats = new HashMap<>();
    for (Member member : members.values()) {
      seats.merge(member.worker(), 1, Integer::sum);
    }
    getContext()
        .ask(
            WorkerPool.Picked.class,
            workers,
            Timings.WORKER,
            replyTo -> new WorkerPool.Pick(seats, replyTo),
            (picked, failure) -> new WorkerPicked(picked == null ? null : picked.worker()));
  }

  private void picked(ActorRef<MediaCommand> picked) {
    workerAsked = false;
    Admit admit = waitingForWorker.poll();
    if (admit == null) {
      return;
    }
    if (picked == null) {
      LOG.error("channel {}: no media worker in the cluster; session {} is sent away", uuid, admit.seat().id());
      admit.session().tell(new Session.Ended(CloseCode.ERROR.code(), "no media worker"));
    } else if (channel != null) {
      admit(admit, picked);
    }
    if (!waitingForWorker.isEmpty()) {
      askForWorker();
    }
  }

  private void askStats(GetStats ask) {
    if (channel == null) {
      // In the registry, but nobody has joined since the node that had it was lost.
      ask.replyTo().tell(ChannelStats.empty(ask.channel()));
      return;
    }
    getContext()
        .pipeToSelf(
            BitRates.ask(uuid, members.values(), getContext().getSystem().scheduler()),
            (bitRates, _) -> new StatsKnown(bitRates, ask.replyTo()));
  }

  /** Runs {@code then} if that connection still holds its seat. */
  private void seated(Seat seat, Consumer<Member> then) {
    Member member = members.get(seat.id());
    if (member != null && member.connection().equals(seat.connection())) {
      then.accept(member);
    }
  }

  private void others(Member member, Consumer<Member> visitor) {
    for (Member other : members.values()) {
      if (!other.id().equals(member.id())) {
        visitor.accept(other);
      }
    }
  }

  private void tellOthers(Member member, Session.Command command) {
    others(
        member,
        other -> {
          if (!other.isVacant()) {
            other.session().tell(command);
          }
        });
  }
}
