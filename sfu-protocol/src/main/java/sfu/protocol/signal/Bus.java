package sfu.protocol.signal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One side of the bus: a JSON array of payloads a frame, requests with ids, answers, and batches. Sans-IO and
 * single-threaded; times are monotonic nanoseconds.
 *
 * <p>What is said in one turn (before {@link #pollFrame}) shares a frame. The first frame of a quiet moment leaves at
 * once; what follows within {@link #BATCH_WINDOW_NANOS} is gathered into one. An answer doesn't wait: a client holds
 * its next step until it has it, and there are never more answers than the client asked for.
 */
public final class Bus {

  /**
   * How long a frame makes the next ones wait. The streams that a newcomer is told of become ready within a few tens of
   * milliseconds, so this gathers a hundred of them into a handful of frames, and is too short to be felt in a join.
   */
  static final long BATCH_WINDOW_NANOS = 10_000_000;

  /** A frame is closed once it is this long, in characters; only a single longer payload makes a longer one. */
  static final int MAX_FRAME_LENGTH = 256 * 1024;

  /** Requests that may wait for an answer at a time; a channel of 100 needs 300. */
  static final int MAX_PENDING_REQUESTS = 1024;

  private final String idPrefix;
  private long nextId;
  private final Map<String, Long> deadlinesByRequest = new LinkedHashMap<>();
  private final List<String> timedOut = new ArrayList<>();

  private final Deque<String> outgoing = new ArrayDeque<>();
  private boolean urgent;
  private boolean gathering;
  private boolean windowOpen;
  private long windowEndNanos;

  /** The ids of this side's requests are {@code idPrefix} and a count from 0; the prefix tells the two sides apart. */
  public Bus(String idPrefix) {
    this.idPrefix = idPrefix;
  }

  /** Reads a frame. Never throws: what can't be read is {@link Inbound.Malformed}, and the rest of the frame stands. */
  public List<Inbound> receive(String frame) {
    List<Inbound> read = BusReader.read(frame);
    read.replaceAll(inbound ->
        inbound instanceof Inbound.Response(String id, _) && deadlinesByRequest.remove(id) == null
            ? new Inbound.Malformed("an answer to nothing that was asked")
            : inbound);
    return read;
  }

  /** Says something that wants no answer; a null payload leaves the key out. */
  public void send(String name, Object payload, long nowNanos) {
    enqueue(BusWriter.message(name, payload, null), nowNanos);
  }

  /** Says something that wants no answer. */
  public void send(ServerMessage.Notice notice, long nowNanos) {
    send(notice.wireName(), notice.payload(), nowNanos);
  }

  /**
   * Asks something; the id is pending until its {@link Inbound.Response} comes or {@link #pollTimeouts} names it. With
   * {@value #MAX_PENDING_REQUESTS} pending already, nothing is sent and the id times out at once.
   */
  public String request(String name, Object payload, long nowNanos, long timeoutNanos) {
    String id = idPrefix + nextId++;
    if (deadlinesByRequest.size() >= MAX_PENDING_REQUESTS) {
      timedOut.add(id);
      return id;
    }
    deadlinesByRequest.put(id, nowNanos + timeoutNanos);
    enqueue(BusWriter.message(name, payload, id), nowNanos);
    return id;
  }

  /** Asks something, as {@link #request(String, Object, long, long)} does. */
  public String request(ServerMessage.Request request, long nowNanos, long timeoutNanos) {
    return request(request.wireName(), request.payload(), nowNanos, timeoutNanos);
  }

  /** Answers a request of the other side; a null result leaves the key out. Leaves with the next {@link #pollFrame}. */
  public void respond(String requestId, Object result, long nowNanos) {
    outgoing.add(BusWriter.response(requestId, result));
    urgent = true;
  }

  /** The ids of requests that nobody answered in time, each once. */
  public List<String> pollTimeouts(long nowNanos) {
    Iterator<Map.Entry<String, Long>> pending = deadlinesByRequest.entrySet().iterator();
    while (pending.hasNext()) {
      Map.Entry<String, Long> entry = pending.next();
      if (entry.getValue() - nowNanos <= 0) {
        timedOut.add(entry.getKey());
        pending.remove();
      }
    }
    List<String> ids = List.copyOf(timedOut);
    timedOut.clear();
    return ids;
  }

  /** The next frame that is due, null if none is; to be called until it returns null. */
  public String pollFrame(long nowNanos) {
    if (windowOpen && windowEndNanos - nowNanos <= 0) {
      windowOpen = false;
    }
    if (outgoing.isEmpty() || windowOpen && !urgent) {
      return null;
    }
    StringBuilder frame = new StringBuilder(outgoing.peek().length() + 2).append('[').append(outgoing.poll());
    while (!outgoing.isEmpty() && frame.length() + outgoing.peek().length() + 2 <= MAX_FRAME_LENGTH) {
      frame.append(',').append(outgoing.poll());
    }
    if (outgoing.isEmpty()) {
      closeBatch(nowNanos);
    }
    return frame.append(']').toString();
  }

  /** When to call again: the end of the batch window if something waits for it, or the earliest request's timeout. */
  public long nextDeadlineNanos(long nowNanos) {
    if (!timedOut.isEmpty()) {
      return nowNanos;
    }
    long earliest = Long.MAX_VALUE;
    if (!outgoing.isEmpty()) {
      earliest = windowOpen && !urgent ? windowEndNanos : nowNanos;
    }
    for (long deadline : deadlinesByRequest.values()) {
      earliest = Math.min(earliest, deadline);
    }
    return earliest;
  }

  private void enqueue(String payload, long nowNanos) {
    outgoing.add(payload);
    gathering = true;
  }

  /** Answers alone make nobody wait: only a frame with something else in it opens a window. */
  private void closeBatch(long nowNanos) {
    if (gathering) {
      windowOpen = true;
      windowEndNanos = nowNanos + BATCH_WINDOW_NANOS;
    }
    gathering = false;
    urgent = false;
  }
}
