package sfu.load.cluster;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import sfu.load.wire.WireCall;

/** Where an {@link Interruption} happens: a cluster with a call that flows. */
final class Stage {

  private static final Duration EXIT = Duration.ofSeconds(60);

  private final NodeProcesses cluster;
  private final WireCall call;
  private final int channelIndex;
  private final long markNanos;
  private NodeProcess leaving;
  private int exitCode;

  Stage(NodeProcesses cluster, WireCall call, int channelIndex) {
    this.cluster = cluster;
    this.call = call;
    this.channelIndex = channelIndex;
    this.markNanos = System.nanoTime();
  }

  WireCall call() {
    return call;
  }

  /** The node that the channel's entity runs on. */
  NodeProcess channelNode() {
    return cluster.node(channelIndex);
  }

  /** Another one. */
  NodeProcess otherNode() {
    return cluster.node((channelIndex + 1) % cluster.nodes().size());
  }

  /** Waits until so much time has passed since the interruption began: it is what happens, not what is waited for. */
  void waitUntilMarkPlus(Duration duration) throws InterruptedException {
    long leftNanos = markNanos + duration.toNanos() - System.nanoTime();
    if (leftNanos > 0) {
      TimeUnit.NANOSECONDS.sleep(leftNanos);
    }
  }

  /** The node is to end with this code. */
  void expectExit(NodeProcess node, int code) {
    leaving = node;
    exitCode = code;
  }

  /** Waits for what was expected. */
  void awaitExpected() throws InterruptedException {
    if (leaving != null) {
      int code = leaving.awaitEnd(EXIT);
      if (code != exitCode) {
        throw new IllegalStateException(
            "%s ended with %d instead of %d:%n%s".formatted(leaving.name(), code, exitCode, leaving.logged()));
      }
    }
  }
}
