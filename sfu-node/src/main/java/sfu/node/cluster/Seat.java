package sfu.node.cluster;

import sfu.node.CborMessage;
import sfu.protocol.signal.SessionId;

/** A session's place in a channel: its id, and which connection has it, for a later one with that id replaces it. */
public record Seat(SessionId id, String connection) implements CborMessage {}
