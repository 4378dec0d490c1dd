package sfu.node.cluster;

import org.apache.pekko.actor.typed.ActorRef;
import sfu.node.CborMessage;
import sfu.node.media.MediaCommand;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.SessionId;

/**
 * A stream that a session offers to the others of its channel: {@code consumable} is what any viewer could get of it,
 * {@code cname} the same for all streams of the session (RFC 3550, 6.5.1), {@code active}: not paused, {@code worker}
 * receives it.
 */
public record Production(
    String producerId,
    SessionId owner,
    StreamType type,
    boolean active,
    RtpParameters consumable,
    String cname,
    ActorRef<MediaCommand> worker)
    implements CborMessage {

  Production withActive(boolean now) {
    return new Production(producerId, owner, type, now, consumable, cname, worker);
  }
}
