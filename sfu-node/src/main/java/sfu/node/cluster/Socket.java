package sfu.node.cluster;

import org.apache.pekko.actor.typed.ActorRef;

/** A client's WebSocket as its gateway sees it. Any thread; after {@link #close} nothing is sent any more. */
public interface Socket {

  /** Who hears of frames and of the end; comes before all else. */
  void attach(ActorRef<Gateway.Command> gateway);

  /** Lets one more frame in; the socket delivers none that wasn't asked for, so a flood waits in TCP. */
  void next();

  /** Sends a text frame, after those before it. A client that doesn't read is closed when too much waits for it. */
  void send(String frame);

  /** Sends what is queued, then a close frame, and ends the connection. */
  void close(int code, String reason);
}
