package sfu.load.client;

import java.util.Set;
import sfu.protocol.signal.CloseCode;

/** Tells an end that the server wanted from one that a machine without processor time may have brought about. */
public final class Refusal {

  /**
   * What a server says to one that doesn't do in time what it is asked for, what {@link SfuClient} says when something
   * went wrong here, and what a connection that broke is called.
   */
  private static final Set<Integer> OTHERS =
      Set.of(CloseCode.TIMEOUT.code(), CloseCode.ERROR.code(), TextSocket.ABNORMAL);

  private Refusal() {}

  /**
   * Whether the server sent somebody away who would have stayed.
   *
   * @param closeCode as {@link SessionListener#closed} tells it
   */
  public static boolean is(int closeCode) {
    return !OTHERS.contains(closeCode);
  }
}
