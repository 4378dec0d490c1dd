package sfu.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.cluster.typed.Cluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Nodes that fall silent in a real cluster without a split brain resolver, and what their machines say, scripted. */
class CrashWatchTest {

  private static final Logger LOG = (Logger) LoggerFactory.getLogger(CrashWatch.class);
  private static final String LEFT = "left to the split brain resolver";

  @BeforeEach
  void logEverything() {
    LOG.setLevel(Level.INFO);
  }

  @AfterEach
  void logAsBefore() {
    LOG.setLevel(null);
  }

  /** Says {@code first}, then {@code then}, of every node. */
  private static final class Script implements CrashWatch.Probe {
    private final Queue<Address> asked = new ConcurrentLinkedQueue<>();
    private final Queue<Boolean> answers;
    private final boolean last;

    private Script(List<Boolean> first, boolean then) {
      answers = new ArrayDeque<>(first);
      last = then;
    }

    @Override
    public synchronized CompletionStage<Boolean> isRefused(Address node) {
      asked.add(node);
      return CompletableFuture.completedFuture(answers.isEmpty() ? last : answers.poll());
    }
  }

  @Test
  void aSilentNodeIsGivenUpOnlyIfItsMachineSaysTwiceThatNobodyListens() {
    try (TestCluster cluster = new TestCluster(2, TestCluster.WITHOUT_DOWNING)) {
      ActorTestKit here = cluster.member(0);
      Address dead = cluster.address(1);
      TestProbe<Gateways.Command> gateways = here.createTestProbe(Gateways.Command.class);
      Script unsure = new Script(List.of(true), false);
      var watch = here.spawn(CrashWatch.create(unsure, gateways.getRef()));

      LoggingTestKit.info(LEFT)
          .expect(
              here.system(),
              () -> {
                cluster.kill(1);
                assertThat(gateways.receiveMessage()).isEqualTo(new Gateways.NodeSilent(dead));
                return null;
              });
      assertThat(unsure.asked).containsExactly(dead, dead);
      // What a member knows of the others is told to each who listens, to this test perhaps later than to the watch.
      TestCluster.await(here, () -> unreachable(here) == 1);
      assertThat(members(here)).isEqualTo(2);

      here.stop(watch);
      // Half of two is enough.
      here.spawn(CrashWatch.create(new Script(List.of(), true), gateways.getRef()));
      TestCluster.await(here, () -> CrashWatchTest.members(here) == 1);
    }
  }

  @Test
  void fewerThanHalfOfTheNodesGiveNobodyUp() {
    try (TestCluster cluster = new TestCluster(3, TestCluster.WITHOUT_DOWNING)) {
      ActorTestKit here = cluster.member(0);
      cluster.kill(1);
      cluster.kill(2);
      TestCluster.await(here, () -> unreachable(here) == 2);

      LoggingTestKit.info(LEFT)
          .withOccurrences(2)
          .expect(
              here.system(),
              () ->
                  here.spawn(
                      CrashWatch.create(
                          new Script(List.of(), true), here.createTestProbe(Gateways.Command.class).getRef())));
      assertThat(members(here)).isEqualTo(3);
    }
  }

  private static int members(ActorTestKit member) {
    return count(Cluster.get(member.system()).state().getMembers());
  }

  private static int unreachable(ActorTestKit member) {
    return Cluster.get(member.system()).state().getUnreachable().size();
  }

  private static int count(Iterable<?> all) {
    int count = 0;
    for (Object ignored : all) {
      count++;
    }
    return count;
  }
}
