package sfu.load.cluster;

import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import sfu.load.server.ServerCluster;
import sfu.load.server.ServerProcess;
import sfu.load.wire.WireCall;

/** Where an {@link Interruption} happens: a cluster with a call that flows. */
final class Stage {

  private static final int OK = 200;

  private final ServerCluster cluster;
  private final WireCall call;
  private final int channelIndex;
  private final long markNanos;
  private ServerProcess leaving;
  private int exitCode;

  Stage(ServerCluster cluster, WireCall call, int channelIndex) {
    this.cluster = cluster;
    this.call = call;
    this.channelIndex = channelIndex;
    this.markNanos = System.nanoTime();
  }

  WireCall call() {
    return call;
  }

  /** The node that the channel's entity runs on. */
  ServerProcess channelNode() {
    return cluster.node(channelIndex);
  }

  /** Another one. */
  ServerProcess otherNode() {
    return cluster.node((channelIndex + 1) % cluster.size());
  }

  /** Waits until so much time has passed since the interruption began: it is what happens, not what is waited for. */
  void waitUntilMarkPlus(Duration duration) throws InterruptedException {
    long leftNanos = markNanos + duration.toNanos() - System.nanoTime();
    if (leftNanos > 0) {
      TimeUnit.NANOSECONDS.sleep(leftNanos);
    }
  }

  /** Asks a node to leave the cluster, as an operator does by the management port of any. */
  void leave(ServerProcess node) {
    for (int i = 0; i < cluster.size(); i++) {
      if (cluster.node(i) == node) {
        String member = "/cluster/members/" + cluster.member(i);
        int status = node.manage("DELETE", member, BodyPublishers.noBody()).statusCode();
        if (status != OK) {
          throw new IllegalStateException("the management port answers " + status + " when asked to let a node leave");
        }
      }
    }
  }

  /** The node is to end with this code. */
  void expectExit(ServerProcess node, int code) {
    leaving = node;
    exitCode = code;
  }

  /** Waits for what was expected. */
  void awaitExpected() throws InterruptedException {
    if (leaving != null) {
      int code = leaving.exitCode();
      if (code != exitCode) {
        throw new IllegalStateException(
            "a node ended with %d instead of %d:%n%s".formatted(code, exitCode, leaving.logged()));
      }
    }
  }
}
