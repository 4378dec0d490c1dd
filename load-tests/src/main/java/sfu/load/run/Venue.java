package sfu.load.run;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import sfu.load.client.Channel;
import sfu.load.client.Invitation;
import sfu.protocol.signal.SessionId;

/** Where a load goes: a server, as a run sees it. A test has one without a server. */
interface Venue {

  /** How it is called in tables. */
  String name();

  /**
   * A channel of its own for every issuer.
   *
   * @throws UnreachableException if the server makes none
   */
  Channel open(String issuer) throws InterruptedException;

  Invitation invite(Channel channel, SessionId id);

  /** Its processes as they are now; none if they aren't known. */
  List<Long> processes();

  /** What its processes use; empty if they aren't known. */
  Optional<ServerProbe.Usage> usage();

  /** What its media workers counted since it started, by name; empty if it doesn't tell. */
  Map<String, Long> counts() throws InterruptedException;

  /**
   * What its own statistics say of these channels, in their order; of one that it doesn't know, nothing but zeros.
   *
   * @throws UnreachableException if it doesn't answer
   */
  List<Census> census(List<Channel> channels) throws InterruptedException;

  /** Sessions and what they show, of a channel; {@code incomingBps} in bit/s as the server measures it. */
  record Census(int sessions, int cameras, int screens, double incomingBps) {

    static final Census NONE = new Census(0, 0, 0, 0);

    Census plus(Census other) {
      return new Census(
          sessions + other.sessions,
          cameras + other.cameras,
          screens + other.screens,
          incomingBps + other.incomingBps);
    }

    /** Leaves out what isn't counted but measured. */
    boolean agreesWith(Census other) {
      return sessions == other.sessions && cameras == other.cameras && screens == other.screens;
    }

    @Override
    public String toString() {
      return "%d sessions, %d cameras, %d screens".formatted(sessions, cameras, screens);
    }
  }

  /** The server doesn't do what a load can't do without. Its message is a sentence for people. */
  final class UnreachableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnreachableException(String message) {
      super(message);
    }
  }
}
