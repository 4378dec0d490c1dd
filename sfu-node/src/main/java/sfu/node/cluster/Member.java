package sfu.node.cluster;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import sfu.node.media.MediaCommand;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.SessionId;
import sfu.protocol.signal.SessionInfo;

/**
 * What a channel holds of one of its sessions. A member is vacant while its session moves: the connection it had is
 * over, the next has not come yet. What it offered meanwhile stays on offer, and is inherited by the next until that
 * offers anew.
 */
final class Member {

  private final Seat seat;
  private final ActorRef<Session.Command> session;
  private final ActorRef<MediaCommand> worker;
  private final Map<StreamType, Production> productions = new EnumMap<>(StreamType.class);
  private final Set<StreamType> inherited = EnumSet.noneOf(StreamType.class);
  private SessionInfo info = SessionInfo.UNSET;
  private boolean vacant;

  /** {@code worker} is null in a channel without media. */
  Member(Seat seat, ActorRef<Session.Command> session, ActorRef<MediaCommand> worker) {
    this.seat = seat;
    this.session = session;
    this.worker = worker;
  }

  /** Takes over from the connection that the session had before. */
  void inherit(Member former) {
    productions.putAll(former.productions);
    inherited.addAll(former.productions.keySet());
    info = former.info;
  }

  Seat seat() {
    return seat;
  }

  SessionId id() {
    return seat.id();
  }

  String connection() {
    return seat.connection();
  }

  ActorRef<Session.Command> session() {
    return session;
  }

  ActorRef<MediaCommand> worker() {
    return worker;
  }

  boolean isVacant() {
    return vacant;
  }

  void vacate() {
    vacant = true;
  }

  Iterable<Production> productions() {
    return productions.values();
  }

  Production production(StreamType type) {
    return productions.get(type);
  }

  void offer(Production production) {
    productions.put(production.type(), production);
    inherited.remove(production.type());
  }

  /** Whether there was one. */
  boolean withdraw(StreamType type) {
    inherited.remove(type);
    return productions.remove(type) != null;
  }

  /** What the session offered before it moved and hasn't offered again. */
  List<StreamType> inherited() {
    return List.copyOf(inherited);
  }

  List<StreamType> offered() {
    return List.copyOf(productions.keySet());
  }

  SessionInfo info() {
    return info;
  }

  void info(SessionInfo now) {
    info = now;
  }
}
