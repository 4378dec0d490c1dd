package sfu.node.cluster;

import java.util.EnumMap;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.SessionId;
import sfu.protocol.signal.SessionInfo;

/** What a channel holds of one of its sessions. */
final class Member {

  private final Seat seat;
  private final ActorRef<Session.Command> session;
  private final Map<StreamType, Production> productions = new EnumMap<>(StreamType.class);
  private SessionInfo info = SessionInfo.UNSET;

  Member(Seat seat, ActorRef<Session.Command> session) {
    this.seat = seat;
    this.session = session;
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

  Map<StreamType, Production> productions() {
    return productions;
  }

  SessionInfo info() {
    return info;
  }

  void info(SessionInfo now) {
    info = now;
  }
}
