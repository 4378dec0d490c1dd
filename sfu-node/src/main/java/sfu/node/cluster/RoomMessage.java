package sfu.node.cluster;

import sfu.node.CborMessage;

/** What a sharded entity of a room understands; see {@link Rooms}. */
public sealed interface RoomMessage extends CborMessage permits Channel.Command, Session.Command {}
