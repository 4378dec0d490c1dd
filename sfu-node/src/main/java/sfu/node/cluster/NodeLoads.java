package sfu.node.cluster;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.Address;

/**
 * How busy the nodes are, by what their worker pools last said; on every node, since the shard coordinator may run on any.
 * Written by this node's {@link WorkerPool}, read by any thread.
 */
final class NodeLoads {

  /** {@code utilisation}: mean of the node's workers, 0 to 1; {@code leaving}: it takes nothing new. */
  record NodeLoad(double utilisation, boolean leaving) {}

  private static final NodeLoad UNKNOWN = new NodeLoad(0, false);

  private final Map<Address, NodeLoad> loads = new ConcurrentHashMap<>();

  void set(Address node, NodeLoad load) {
    loads.put(node, load);
  }

  void remove(Address node) {
    loads.remove(node);
  }

  /** A node that hasn't spoken yet is new, hence idle. */
  NodeLoad of(Address node) {
    return loads.getOrDefault(node, UNKNOWN);
  }
}
