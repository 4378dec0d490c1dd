package sfu.node.cluster;

import java.time.Duration;

/** How long things may take; a contract with deployed clients (protocol.md, sections 3 and 7). */
final class Timings {

  /** From the socket's opening to valid credentials. */
  static final Duration AUTHENTICATION = Duration.ofSeconds(10);

  /** How often a gateway knocks until its session answers. */
  static final Duration JOIN_AGAIN = Duration.ofMillis(500);

  /** From admission to the answer of INIT_TRANSPORTS. */
  static final Duration CONNECTION = Duration.ofSeconds(10);

  /** A request to the client. */
  static final Duration REQUEST = Duration.ofSeconds(5);

  static final Duration PING_INTERVAL = Duration.ofSeconds(60);
  static final Duration PING = Duration.ofSeconds(10);

  /** Before a failed consumer is tried again. */
  static final Duration CONSUMER_RECOVERY = Duration.ofSeconds(2);

  /** Before a stream is fetched anew from another worker: time to hear that it is no more, if that is so. */
  static final Duration RELAY_RECOVERY = Duration.ofMillis(300);

  /** Errors a session survives. */
  static final int MAX_ERRORS = 6;

  /** A channel with one session or none closes after this. */
  static final Duration EMPTY_CHANNEL = Duration.ofMinutes(60);

  /** A question to a worker; it answers from its loop, so this is long. */
  static final Duration WORKER = Duration.ofSeconds(3);

  /** What a worker knows for /v1/stats, whose caller waits 3 s. */
  static final Duration BIT_RATES = Duration.ofSeconds(1);

  /** Reading or writing a majority of the replicas; the HTTP caller waits 3 s. */
  static final Duration REPLICATION = Duration.ofSeconds(1);

  /** How long the channel and the workers keep what a session that moves left behind: its seat and its transports. */
  static final Duration MOVE = Duration.ofSeconds(8);

  /** From the begin of a drain until all sockets must be gone. */
  static final Duration DEPARTURE = Duration.ofSeconds(10);

  /** How often a gateway brings its session back within a minute before it gives up. */
  static final int MAX_RESUMPTIONS = 6;

  private Timings() {}
}
