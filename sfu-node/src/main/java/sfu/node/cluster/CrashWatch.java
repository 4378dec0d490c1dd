package sfu.node.cluster;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.cluster.typed.Subscribe;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears of nodes that fall silent, and tells one that died from one that can't be reached. A silent node may be on the
 * other side of a partition, so the cluster waits before it gives it up. But where the node's machine itself answers
 * that nobody listens on its port (TCP RST), there is nothing to wait for: the process is gone, and its calls can go on
 * elsewhere two seconds sooner.
 *
 * <p>Acts only with at least half of the nodes at hand, and only on a node that isn't heard any more; everything else
 * is left to the split brain resolver.
 */
final class CrashWatch extends AbstractBehavior<CrashWatch.Command> {

  sealed interface Command {}

  private record Silent(Member member) implements Command {}

  private record Probed(Member member, int attempt, boolean refused) implements Command {}

  /** Whether nobody listens at an address, by the word of its machine. */
  interface Probe {
    CompletionStage<Boolean> isRefused(Address node);
  }

  private static final int PROBES = 2;
  private static final Duration PROBE_TIMEOUT = Duration.ofMillis(500);
  private static final Logger LOG = LoggerFactory.getLogger(CrashWatch.class);

  private final Cluster cluster;
  private final Probe probe;
  private final ActorRef<Gateways.Command> gateways;

  /** {@code gateways} of this node are told of each node that falls silent. */
  static Behavior<Command> create(Probe probe, ActorRef<Gateways.Command> gateways) {
    return Behaviors.setup(context -> new CrashWatch(context, probe, gateways));
  }

  private CrashWatch(ActorContext<Command> context, Probe probe, ActorRef<Gateways.Command> gateways) {
    super(context);
    this.probe = probe;
    this.gateways = gateways;
    cluster = Cluster.get(context.getSystem());
    cluster
        .subscriptions()
        .tell(
            Subscribe.create(
                context.messageAdapter(ClusterEvent.UnreachableMember.class, event -> new Silent(event.member())),
                ClusterEvent.UnreachableMember.class));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onAnyMessage(this::on).build();
  }

  private Behavior<Command> on(Command command) {
    switch (command) {
      case Silent(var member) -> {
        gateways.tell(new Gateways.NodeSilent(member.address()));
        probe(member, 1);
      }
      case Probed(var member, int attempt, boolean refused) -> {
        if (refused && attempt < PROBES) {
          probe(member, attempt + 1);
        } else if (refused && isSilent(member) && hasHalf()) {
          LOG.warn(
              "{} has died: its machine says that nobody listens there; its calls go on elsewhere", member.address());
          cluster.manager().tell(new Down(member.address()));
        } else {
          LOG.info(
              "{} isn't heard, and {}: that is left to the split brain resolver",
              member.address(),
              refused ? "nobody listens there, but most of the nodes aren't heard, or it is back" : "may live");
        }
      }
    }
    return this;
  }

  private void probe(Member member, int attempt) {
    getContext()
        .pipeToSelf(
            probe.isRefused(member.address()),
            (refused, failure) -> new Probed(member, attempt, failure == null && refused));
  }

  private boolean isSilent(Member member) {
    return cluster.state().getUnreachable().contains(member);
  }

  private boolean hasHalf() {
    int all = 0;
    for (Member ignored : cluster.state().getMembers()) {
      all++;
    }
    return (all - cluster.state().getUnreachable().size()) * 2 >= all;
  }

  /** Connects as the cluster itself would, and says nothing. */
  static Probe byTcp(Executor threads) {
    return node ->
        CompletableFuture.supplyAsync(
            () -> {
              try (Socket socket = new Socket()) {
                InetSocketAddress address = new InetSocketAddress(node.host().get(), (int) node.port().get());
                socket.connect(address, (int) PROBE_TIMEOUT.toMillis());
                return false;
              } catch (ConnectException e) {
                // Of the reasons that this class stands for, only this one is the machine's own word.
                return String.valueOf(e.getMessage()).contains("refused");
              } catch (IOException _) {
                // No route, no answer in time: it may live.
                return false;
              }
            },
            threads);
  }
}
