package sfu.node.cluster;

import sfu.node.CborMessage;

/** What a sharded entity of a room understands; see {@link Rooms}. */
public sealed interface RoomMessage extends CborMessage permits Channel.Command, Session.Command, RoomMessage.HandOff {

  /** From the shard: the entity ends here, and begins anew elsewhere when it is next told something. */
  record HandOff() implements RoomMessage {}
}
