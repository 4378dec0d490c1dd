package sfu.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import sfu.node.cluster.Placement.Candidate;
import sfu.node.media.MediaCommand;

/** Where a channel's sessions go as it grows. */
class PlacementTest {

  private static final ActorTestKit KIT =
      ActorTestKit.create(ConfigFactory.parseString("pekko.actor.provider = local").withFallback(ConfigFactory.load()));

  private final ActorRef<MediaCommand> here = worker();
  private final ActorRef<MediaCommand> beside = worker();
  private final ActorRef<MediaCommand> there = worker();
  private final Placement placement = new Placement(10);

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private static ActorRef<MediaCommand> worker() {
    return KIT.createTestProbe(MediaCommand.class).getRef();
  }

  private static Candidate candidate(ActorRef<MediaCommand> worker, boolean local, double utilisation) {
    return new Candidate(worker, local, utilisation, 0, 0, 0);
  }

  private ActorRef<MediaCommand> choose(
      double hereBusy, double besideBusy, double thereBusy, Map<ActorRef<MediaCommand>, Integer> seats) {
    return placement
        .choose(
            List.of(
                candidate(here, true, hereBusy),
                candidate(beside, true, besideBusy),
                candidate(there, false, thereBusy)),
            seats)
        .orElseThrow();
  }

  @Test
  void theFirstSessionGoesToTheIdlestWorkerOfTheChannelsOwnNode() {
    assertThat(choose(0.3, 0.1, 0, Map.of())).isEqualTo(beside);
  }

  @Test
  void aChannelStaysTogetherWhileItsWorkerHasRoom() {
    assertThat(choose(0.6, 0, 0, Map.of(here, 3))).isEqualTo(here);
    assertThat(choose(0, 0, 0.6, Map.of(there, 3))).isEqualTo(there);
  }

  @Test
  void aBusyWorkerIsFollowedByAnotherOfTheNodeAndThenByAnotherNode() {
    assertThat(choose(0.8, 0, 0, Map.of(here, 3))).isEqualTo(beside);
    assertThat(choose(0.8, 0.8, 0, Map.of(here, 3))).isEqualTo(there);
  }

  @Test
  void soIsOneThatHasItsShareOfTheChannelsSessions() {
    assertThat(choose(0, 0, 0, Map.of(here, 10))).isEqualTo(beside);
    assertThat(choose(0, 0, 0, Map.of(here, 10, beside, 10))).isEqualTo(there);
    assertThat(choose(0, 0, 0, Map.of(here, 10, beside, 4))).isEqualTo(beside);
  }

  @Test
  void roomThatIsThereAgainOnAWorkerInUseIsUsedBeforeAnotherIsBegun() {
    assertThat(choose(0, 0.8, 0, Map.of(here, 2, beside, 10))).isEqualTo(here);
  }

  @Test
  void whenAllAreFullItIsTheLeastBusy() {
    assertThat(choose(0.95, 0.9, 0.75, Map.of(here, 3))).isEqualTo(there);
  }

  @Test
  void packetsTellWorkersApartThatAreEquallyBusy() {
    assertThat(
            placement.choose(
                List.of(new Candidate(here, true, 0.21, 9_000, 0, 0), new Candidate(beside, true, 0.25, 2_000, 0, 9)),
                Map.of()))
        .contains(beside);
  }

  @Test
  void withoutWorkersThereIsNone() {
    assertThat(placement.choose(List.of(), Map.of())).isEmpty();
  }
}
