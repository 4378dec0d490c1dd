package sfu.node.cluster;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.apache.pekko.actor.Address;

/**
 * How busy the nodes are, by what their worker pools last said; on every node, since the shard coordinator may run on
 * any. Written by this node's {@link WorkerPool}, read by any thread.
 */
final class NodeLoads {

  /** {@code utilisation}: mean of the node's workers, 0 to 1; {@code leaving}: it takes nothing new. */
  record NodeLoad(double utilisation, boolean leaving) {}

  private static final NodeLoad UNKNOWN = new NodeLoad(0, false);

  private final Map<Address, NodeLoad> loads = new ConcurrentHashMap<>();
  private final Predicate<Address> isSilent;

  /** {@code isSilent}: whether a node isn't heard at the moment; asked by any thread. */
  NodeLoads(Predicate<Address> isSilent) {
    this.isSilent = isSilent;
  }

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

  /** Whether a node should be given something new: it doesn't leave, and is heard. */
  boolean isOpen(Address node) {
    return !of(node).leaving() && !isSilent.test(node);
  }
}
