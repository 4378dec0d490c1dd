package sfu.node.cluster;

import com.typesafe.config.ConfigFactory;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;

/** Actors of one system, whose time passes when a test says so. */
final class VirtualTime {

  private VirtualTime() {}

  /** A kit for {@link ManualTime}; patient, for a machine that is busy with something else. */
  static ActorTestKit kit() {
    return ActorTestKit.create(
        ManualTime.config()
            .withFallback(
                ConfigFactory.parseString(
                    "pekko.actor { provider = local, testkit.typed.single-expect-default = 15s }")));
  }
}
