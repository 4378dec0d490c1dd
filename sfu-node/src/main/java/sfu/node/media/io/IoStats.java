package sfu.node.media.io;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/** What a worker's sockets did since they were opened. Written by the loop, read by any thread, a moment late. */
public final class IoStats {

  /** One running count. */
  public enum Counter {
    DATAGRAMS_IN,
    DATAGRAM_BYTES_IN,
    /** Dropped: longer than {@link NetIo#MAX_PACKET_BYTES}. */
    DATAGRAMS_OVERSIZE,
    /** Dropped by the kernel because the socket's receive buffer was full. */
    DATAGRAMS_OVERFLOWN,
    RECEIVE_CALLS,
    DATAGRAMS_OUT,
    DATAGRAM_BYTES_OUT,
    SEND_CALLS,
    /** Messages that left as several datagrams by UDP_SEGMENT, and how many datagrams those were. */
    GSO_SENDS,
    GSO_DATAGRAMS,
    /** Segmented messages the system refused; they left one by one. */
    GSO_REFUSED,
    /** Datagrams dropped: the send buffer or the device's queue was full. */
    SEND_DROPS_FULL,
    /** Datagrams that could not leave: no route, host or port there. */
    SEND_ERRORS_UNREACHABLE,
    SEND_ERRORS_OTHER,
    TCP_ACCEPTED,
    /** Closed at once: {@link NetIo#MAX_TCP_CONNECTIONS} were open. */
    TCP_REFUSED,
    /** Times accepting was paused because the system had no descriptor or memory left. */
    TCP_ACCEPT_PAUSES,
    TCP_CLOSED,
    TCP_FRAMES_IN,
    TCP_BYTES_IN,
    /** Connections closed for announcing a frame longer than {@link NetIo#MAX_PACKET_BYTES}. */
    TCP_OVERSIZE_FRAMES,
    TCP_FRAMES_OUT,
    TCP_BYTES_OUT,
    /** Frames dropped: too much waited on the connection, or on all together, or it broke. */
    TCP_FRAMES_DROPPED
  }

  private final AtomicLongArray values = new AtomicLongArray(Counter.values().length);

  public long get(Counter counter) {
    return values.getOpaque(counter.ordinal());
  }

  /** Loop thread only. */
  void add(Counter counter, long n) {
    int i = counter.ordinal();
    values.setOpaque(i, values.getPlain(i) + n);
  }

  void increment(Counter counter) {
    add(counter, 1);
  }

  /** Adds all that is not zero, by its name in lower case. Any thread. */
  public void read(Map<String, Long> into) {
    for (Counter counter : Counter.values()) {
      if (get(counter) != 0) {
        into.put(counter.name().toLowerCase(Locale.ROOT), get(counter));
      }
    }
  }
}
