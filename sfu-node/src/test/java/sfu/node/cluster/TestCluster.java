package sfu.node.cluster;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.JoinSeedNodes;
import org.slf4j.LoggerFactory;

/** Some actor systems of this JVM that are one cluster, over loopback and with the settings of a node. */
final class TestCluster implements AutoCloseable {

  /** Nobody is given up but by the test. */
  static final String WITHOUT_DOWNING = "pekko.cluster.downing-provider-class = \"\"";

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final String settings;
  private final List<ActorTestKit> members = new ArrayList<>();

  /** {@code settings} beyond those of a node. Returns when all are up and know so. */
  TestCluster(int size, String settings) {
    this.settings = settings;
    // What nodes log is part of what is tested, whatever a test before has set in this JVM.
    ((Logger) LoggerFactory.getLogger("sfu.node.cluster")).setLevel(Level.INFO);
    for (int i = 0; i < size; i++) {
      start();
    }
    awaitUp();
  }

  /** The settings of a node on loopback, on a port that is free; {@code settings} take precedence. */
  static Config config(String settings) {
    return ConfigFactory.parseString(settings)
        .withFallback(
            ConfigFactory.parseString(
                """
                pekko.remote.artery { canonical.hostname = "127.0.0.1", canonical.port = 0 }
                pekko.coordinated-shutdown.run-by-actor-system-terminate = off
                pekko.actor.testkit.typed { single-expect-default = 15 s, filter-leeway = 15 s }
                """))
        .withFallback(ConfigFactory.parseResources("node.conf"));
  }

  /** The n-th to join, from 0. */
  ActorTestKit member(int number) {
    return members.get(number);
  }

  Address address(int number) {
    return Cluster.get(member(number).system()).selfMember().address();
  }

  /** One more joins. Returns when it is up and all know so. */
  ActorTestKit join() {
    ActorTestKit member = start();
    awaitUp();
    return member;
  }

  /** Ends one without a word to the others. */
  void kill(int number) {
    member(number).shutdownTestKit();
  }

  private ActorTestKit start() {
    ActorTestKit member = ActorTestKit.create("sfu", config(settings));
    members.add(member);
    Cluster.get(member.system()).manager().tell(new JoinSeedNodes(List.of(address(0))));
    return member;
  }

  private void awaitUp() {
    for (ActorTestKit member : members) {
      await(member, () -> up(member) == members.size());
    }
  }

  private static int up(ActorTestKit member) {
    int up = 0;
    for (var known : Cluster.get(member.system()).state().getMembers()) {
      up += known.status().equals(MemberStatus.up()) ? 1 : 0;
    }
    return up;
  }

  /** Waits until something is so. */
  static void await(ActorTestKit kit, Callable<Boolean> so) {
    TestProbe<Void> probe = kit.createTestProbe(Void.class);
    probe.awaitAssert(
        PATIENCE,
        Duration.ofMillis(20),
        () -> {
          if (!so.call()) {
            throw new AssertionError("not within " + PATIENCE);
          }
          return null;
        });
    probe.stop();
  }

  @Override
  public void close() {
    members.forEach(ActorTestKit::shutdownTestKit);
  }
}
