package sfu.node.media.worker;

import java.util.ArrayDeque;
import sfu.node.media.io.Path;

/** TCP connections in the order in which they came, until they authenticate or their time is up. */
final class UnauthenticatedPaths {
  private record Waiting(Path path, long deadlineNanos) {}

  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private final long graceNanos;

  UnauthenticatedPaths(long graceNanos) {
    this.graceNanos = graceNanos;
  }

  void add(Path path, long nowNanos) {
    waiting.add(new Waiting(path, nowNanos + graceNanos));
  }

  /** Closes what has waited too long. Returns the next deadline, {@link Long#MAX_VALUE} if nothing waits. */
  long expire(long nowNanos) {
    while (!waiting.isEmpty()) {
      Waiting first = waiting.peek();
      boolean settled = first.path.isClosed() || first.path.attachment() != null;
      if (!settled && nowNanos < first.deadlineNanos) {
        return first.deadlineNanos;
      }
      waiting.poll();
      if (!settled) {
        first.path.close();
      }
    }
    return Long.MAX_VALUE;
  }
}
