package sfu.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sfu.node.media.MediaCommand;
import sfu.node.media.MediaReply;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.SessionId;
import sfu.protocol.signal.SessionInfo;

/** One channel with scripted sessions, registry and workers, in virtual time. */
class ChannelTest {

  private static final ActorTestKit KIT = VirtualTime.kit();
  private static final ManualTime TIME = ManualTime.get(KIT.system());
  private static final ChannelRecord RECORD = new ChannelRecord("uuid", "iss", "addr", null, true, null, 0);

  private final TestProbe<ChannelRegistry.Command> registry = KIT.createTestProbe(ChannelRegistry.Command.class);
  private final TestProbe<WorkerPool.Command> pool = KIT.createTestProbe(WorkerPool.Command.class);
  private final TestProbe<MediaCommand> worker = KIT.createTestProbe(MediaCommand.class);
  private final TestProbe<ChannelRegistry.Created> creator = KIT.createTestProbe(ChannelRegistry.Created.class);
  private final TestProbe<String> passivated = KIT.createTestProbe(String.class);
  private ActorRef<Channel.Command> channel = spawn(2);

  @AfterEach
  void end() {
    KIT.stop(channel);
  }

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private ActorRef<Channel.Command> spawn(int capacity) {
    return KIT.spawn(
        Channel.create(
            "uuid", capacity, registry.getRef(), pool.getRef(), () -> passivated.getRef().tell("passivated")));
  }

  private void open() {
    channel.tell(new Channel.Open(RECORD, creator.getRef()));
    registry.expectMessageClass(ChannelRegistry.Put.class);
  }

  private record Person(Seat seat, TestProbe<Session.Command> session) {}

  private Person knock(Object id, String connection) {
    return knock(id, connection, false);
  }

  private Person knock(Object id, String connection, boolean resumes) {
    SessionId session = id instanceof Integer number ? SessionId.of(number) : SessionId.of((String) id);
    Person person = new Person(new Seat(session, connection), KIT.createTestProbe(Session.Command.class));
    channel.tell(new Channel.Admit(RECORD, person.seat(), person.session().getRef(), resumes));
    return person;
  }

  private Map<ActorRef<MediaCommand>, Integer> pick(ActorRef<MediaCommand> picked) {
    WorkerPool.Pick pick = pool.expectMessageClass(WorkerPool.Pick.class);
    pick.replyTo().tell(new WorkerPool.Picked(picked));
    return pick.seats();
  }

  private Person enter(Object id, String connection) {
    return admitted(knock(id, connection));
  }

  private Person resume(Object id, String connection) {
    return admitted(knock(id, connection, true));
  }

  private Person admitted(Person person) {
    pick(worker.getRef());
    assertThat(person.session().expectMessageClass(Session.Admitted.class).worker()).isEqualTo(worker.getRef());
    return person;
  }

  private Person first() {
    return enter(1, "a");
  }

  private static Production production(Seat seat, StreamType type, String id) {
    return new Production(
        id, seat.id(), type, true, new RtpParameters("0", null, null, null, null, null), "cname", null);
  }

  @Test
  void openingTwiceKeepsTheFirstAndAnswersOnceAMajorityHasIt() {
    open();
    channel.tell(
        new Channel.Open(
            new ChannelRecord("uuid", "iss", "addr", "other", true, null, 5), creator.getRef()));
    assertThat(registry.receiveMessage()).isEqualTo(new ChannelRegistry.Put(RECORD, creator.getRef()));
    creator.expectNoMessage(Duration.ZERO);
  }

  @Test
  void eachSessionGoesWhereThePoolSaysKnowingWhereThoseBeforeItAre() {
    open();
    TestProbe<MediaCommand> another = KIT.createTestProbe(MediaCommand.class);
    Person one = knock(1, "a");
    Person two = knock(2, "b");
    assertThat(pick(worker.getRef())).isEmpty();
    assertThat(one.session().expectMessageClass(Session.Admitted.class).worker()).isEqualTo(worker.getRef());
    assertThat(pick(another.getRef())).isEqualTo(Map.of(worker.getRef(), 1));
    assertThat(two.session().expectMessageClass(Session.Admitted.class).worker()).isEqualTo(another.getRef());
    pool.expectNoMessage(Duration.ZERO);
  }

  @Test
  void withoutAWorkerSessionsAreSentAwaySoThatTheyReconnect() {
    open();
    Person one = knock(1, "a");
    Person two = knock(2, "b");
    pick(null);
    assertThat(one.session().expectMessageClass(Session.Ended.class).code()).isEqualTo(1011);
    pick(worker.getRef());
    two.session().expectMessageClass(Session.Admitted.class);
  }

  @Test
  void aFullChannelRefusesButReplacesTheSameId() {
    open();
    Person one = first();
    Person two = enter(2, "b");
    assertThat(knock(3, "c").session().expectMessageClass(Session.Ended.class).code()).isEqualTo(4109);

    enter(1, "d");

    assertThat(one.session().expectMessageClass(Session.Ended.class).code()).isEqualTo(4108);
    assertThat(two.session().receiveMessage()).isEqualTo(new Session.PeerLeft(SessionId.of(1)));
  }

  @Test
  void whatAReplacedSessionStillSaysIsIgnored() {
    open();
    Person old = first();
    Person two = enter(2, "b");
    enter(1, "c");
    two.session().expectMessageClass(Session.PeerLeft.class);
    channel.tell(new Channel.Broadcast(old.seat(), null));
    channel.tell(new Channel.Leave(old.seat()));
    two.session().expectNoMessage(Duration.ZERO);
  }

  @Test
  void streamsAreOfferedToOthersAndToThoseWhoCome() {
    open();
    Person one = first();
    Production camera = production(one.seat(), StreamType.CAMERA, "p");
    channel.tell(new Channel.Produce(one.seat(), camera, SessionInfo.cameraOn(true)));
    Person two = knock(2, "b");
    pick(worker.getRef());
    assertThat(two.session().expectMessageClass(Session.Admitted.class).productions()).containsExactly(camera);
    channel.tell(new Channel.SetActive(one.seat(), StreamType.CAMERA, false, SessionInfo.cameraOn(false)));
    assertThat(two.session().receiveMessage()).isEqualTo(new Session.Produced(camera.withActive(false)));
    assertThat(two.session().receiveMessage())
        .isEqualTo(new Session.InfosChanged(Map.of("1", SessionInfo.cameraOn(false))));
    channel.tell(new Channel.Unproduce(one.seat(), StreamType.CAMERA, SessionInfo.cameraOn(false)));
    assertThat(two.session().receiveMessage())
        .isEqualTo(new Session.Unproduced(one.seat().id(), StreamType.CAMERA));
    one.session().expectNoMessage(Duration.ZERO);
  }

  @Test
  void whoResumesTakesOverAndTheOthersNoticeNothingUntilItOffersAnew() {
    KIT.stop(channel);
    channel = spawn(3);
    open();
    Person one = first();
    Person two = enter(2, "b");
    Production camera = production(one.seat(), StreamType.CAMERA, "before");
    Production screen = production(one.seat(), StreamType.SCREEN, "screen");
    channel.tell(new Channel.Produce(one.seat(), camera, SessionInfo.cameraOn(true)));
    channel.tell(new Channel.Produce(one.seat(), screen, SessionInfo.cameraOn(true)));
    for (int i = 0; i < 4; i++) {
      two.session().receiveMessage();
    }

    Person again = resume(1, "c");
    assertThat(one.session().receiveMessage()).isEqualTo(new Session.TakenOver());
    one.session().stop();
    two.session().expectNoMessage(Duration.ZERO);
    Person three = knock(3, "d");
    pick(worker.getRef());
    assertThat(three.session().expectMessageClass(Session.Admitted.class).productions())
        .as("what it offered before is still there").containsExactly(camera, screen);

    Production anew = production(again.seat(), StreamType.CAMERA, "after");
    channel.tell(new Channel.Produce(again.seat(), anew, SessionInfo.cameraOn(true)));
    assertThat(two.session().receiveMessage()).isEqualTo(new Session.Produced(anew));
    two.session().expectMessageClass(Session.InfosChanged.class);

    TIME.timePasses(Timings.MOVE);
    assertThat(two.session().receiveMessage())
        .as("what it didn't offer again").isEqualTo(new Session.Unproduced(SessionId.of(1), StreamType.SCREEN));
    assertThat(again.session().receiveMessage())
        .isEqualTo(new Session.Present(List.of(SessionId.of(2), SessionId.of(3))));
  }

  @Test
  void theSeatOfASessionThatMovesIsKeptForAWhile() {
    open();
    Person one = first();
    Person two = enter(2, "b");
    channel.tell(new Channel.Produce(one.seat(), production(one.seat(), StreamType.AUDIO, "p"), SessionInfo.UNSET));
    two.session().expectMessageClass(Session.Produced.class);
    channel.tell(new Channel.Moving(one.seat(), true));
    one.session().stop();
    two.session().expectNoMessage(Duration.ZERO);
    resume(1, "c");
    TIME.timePasses(Timings.MOVE.minusMillis(1));
    two.session().expectNoMessage(Duration.ZERO);
  }

  @Test
  void whoMovesAndDoesntComeHasLeft() {
    open();
    Person one = first();
    Person two = enter(2, "b");
    channel.tell(new Channel.Moving(one.seat(), true));
    TIME.timePasses(Timings.MOVE);
    assertThat(two.session().receiveMessage()).isEqualTo(new Session.PeerLeft(SessionId.of(1)));
  }

  @Test
  void whatASessionOfferedGoesWithItsMediaThoughItsSeatIsKept() {
    open();
    Person one = first();
    Person two = enter(2, "b");
    channel.tell(new Channel.Produce(one.seat(), production(one.seat(), StreamType.AUDIO, "p"), SessionInfo.UNSET));
    two.session().expectMessageClass(Session.Produced.class);
    channel.tell(new Channel.Moving(one.seat(), false));
    assertThat(two.session().receiveMessage()).isEqualTo(new Session.Unproduced(SessionId.of(1), StreamType.AUDIO));
  }

  @Test
  void whoComesAnewWithoutResumingThrowsOutWhoMoves() {
    open();
    Person one = first();
    Person two = enter(2, "b");
    channel.tell(new Channel.Moving(one.seat(), true));
    enter(1, "c");
    assertThat(two.session().receiveMessage()).isEqualTo(new Session.PeerLeft(SessionId.of(1)));
    TIME.timePasses(Timings.MOVE);
    two.session().expectNoMessage(Duration.ZERO);
  }

  @Test
  void handedOverItEndsWithoutAWord() {
    open();
    Person one = first();
    channel.tell(new Channel.HandedOff());
    one.session().expectTerminated(channel);
    one.session().expectNoMessage(Duration.ZERO);
    registry.expectNoMessage(Duration.ZERO);
  }

  @Test
  void aChannelThatIsOnlyKnownFromTheRegistryClosesInTheEnd() {
    channel.tell(new Channel.Keep(RECORD));
    registry.expectNoMessage(Duration.ZERO);
    TIME.timePasses(Duration.ofMinutes(60));
    assertThat(registry.receiveMessage()).isEqualTo(new ChannelRegistry.Remove("uuid"));
  }

  @Test
  void aSessionThatCrashesLeaves() {
    open();
    Person one = first();
    Person two = enter(2, "b");
    one.session().stop();
    assertThat(two.session().receiveMessage()).isEqualTo(new Session.PeerLeft(SessionId.of(1)));
  }

  @Test
  void kicksCountOnlyFromTheCreatorsAddress() {
    open();
    Person one = first();
    channel.tell(new Channel.Kick("another", List.of(SessionId.of(1))));
    one.session().expectNoMessage(Duration.ZERO);
    channel.tell(new Channel.Kick("addr", List.of(SessionId.of(9), SessionId.of("1"))));
    assertThat(one.session().expectMessageClass(Session.Ended.class).code()).isEqualTo(4108);
  }

  @Test
  void whoIsKickedWhileItMovesDoesntComeBackByItsNextConnection() {
    open();
    Person one = first();
    Person two = enter(2, "b");
    channel.tell(new Channel.Moving(one.seat(), true));
    channel.tell(new Channel.Kick("addr", List.of(SessionId.of(1))));
    assertThat(two.session().receiveMessage()).isEqualTo(new Session.PeerLeft(SessionId.of(1)));
    assertThat(knock(1, "c", true).session().expectMessageClass(Session.Ended.class).code()).isEqualTo(4108);
    Person invitedAgain = enter(1, "d");
    channel.tell(new Channel.Moving(invitedAgain.seat(), true));
    TIME.timePasses(Timings.MOVE);
    resume(1, "e");
  }

  @Test
  void aChannelThatItsNodeLostRefusesWhomItWasToldToKickBeforeTheyCameBack() {
    channel.tell(new Channel.Keep(RECORD));
    channel.tell(new Channel.Kick("addr", List.of(SessionId.of(1))));
    assertThat(knock(1, "c", true).session().expectMessageClass(Session.Ended.class).code()).isEqualTo(4108);
  }

  @Test
  void whoStillWaitsForAWorkerCanBeKicked() {
    open();
    Person one = knock(1, "a");
    Person two = knock(2, "b");
    WorkerPool.Pick pick = pool.expectMessageClass(WorkerPool.Pick.class);
    channel.tell(new Channel.Kick("addr", List.of(SessionId.of(1))));
    assertThat(one.session().expectMessageClass(Session.Ended.class).code()).isEqualTo(4108);
    pick.replyTo().tell(new WorkerPool.Picked(worker.getRef()));
    two.session().expectMessageClass(Session.Admitted.class);
    one.session().expectNoMessage(Duration.ZERO);
  }

  @Test
  void whoLeavesWhileItWaitsForAWorkerIsNeverIn() {
    open();
    Person one = first();
    Person gone = knock(2, "b");
    WorkerPool.Pick pick = pool.expectMessageClass(WorkerPool.Pick.class);
    channel.tell(new Channel.Leave(gone.seat()));
    Person again = knock(2, "c");
    pick.replyTo().tell(new WorkerPool.Picked(worker.getRef()));
    again.session().expectMessageClass(Session.Admitted.class);
    gone.session().expectNoMessage(Duration.ZERO);
    one.session().expectNoMessage(Duration.ZERO);
    pool.expectNoMessage(Duration.ZERO);
  }

  @Test
  void aChannelIsNotClosedForEmptinessWhileSomebodyIsAboutToEnter() {
    open();
    TIME.timePasses(Duration.ofMinutes(60).minusMillis(1));
    Person two = knock(2, "b");
    WorkerPool.Pick pick = pool.expectMessageClass(WorkerPool.Pick.class);
    TIME.timePasses(Duration.ofMillis(1));
    pick.replyTo().tell(new WorkerPool.Picked(worker.getRef()));
    two.session().expectMessageClass(Session.Admitted.class);
    registry.expectNoMessage(Duration.ZERO);
  }

  @Test
  void oneSessionOrNoneFor60MinutesClosesTheChannel() {
    open();
    Person one = first();
    TIME.timePasses(Duration.ofMinutes(59));
    Person two = enter(2, "b");
    TIME.timePasses(Duration.ofMinutes(120));
    one.session().expectNoMessage(Duration.ZERO);
    channel.tell(new Channel.Leave(two.seat()));
    one.session().expectMessageClass(Session.PeerLeft.class);
    TIME.timePasses(Duration.ofMinutes(60));
    assertThat(one.session().expectMessageClass(Session.Ended.class).code()).isEqualTo(4108);
    assertThat(registry.receiveMessage()).isEqualTo(new ChannelRegistry.Remove("uuid"));
    passivated.expectMessage("passivated");
  }

  @Test
  void aChannelThatItsNodeLostBeginsAnewFromTheRegistrysCopy() {
    Person one = knock(1, "a");
    assertThat(registry.expectMessageClass(ChannelRegistry.Put.class).channel()).isEqualTo(RECORD);
    pick(worker.getRef());
    one.session().expectMessageClass(Session.Admitted.class);
  }

  @Test
  void statsCountWhoIsThereAndWhatTheWorkerReceives() {
    open();
    Person one = first();
    channel.tell(new Channel.ChangeInfo(one.seat(), SessionInfo.cameraOn(true), false));
    TestProbe<ChannelStats> stats = KIT.createTestProbe(ChannelStats.class);
    channel.tell(new Channel.GetStats(RECORD, stats.getRef()));
    worker.expectMessageClass(MediaCommand.GetBitRates.class)
        .replyTo().tell(new MediaReply.ChannelBitRates("uuid", 5, 700_000, 0));
    assertThat(stats.receiveMessage()).isEqualTo(new ChannelStats(RECORD, 1, 1, 0, 5, 700_000, 0));
    assertThat(new ChannelStats(RECORD, 1, 1, 0, 5, 700_000, 0).totalBps()).isEqualTo(700_005);
  }

  @Test
  void statsAddUpWhatAllWorkersOfTheChannelReceive() {
    open();
    first();
    TestProbe<MediaCommand> another = KIT.createTestProbe(MediaCommand.class);
    Person two = knock(2, "b");
    pick(another.getRef());
    two.session().expectMessageClass(Session.Admitted.class);
    TestProbe<ChannelStats> stats = KIT.createTestProbe(ChannelStats.class);
    channel.tell(new Channel.GetStats(RECORD, stats.getRef()));
    for (TestProbe<MediaCommand> asked : List.of(worker, another)) {
      asked.expectMessageClass(MediaCommand.GetBitRates.class)
          .replyTo().tell(new MediaReply.ChannelBitRates("uuid", 5, 700_000, 1));
    }
    assertThat(stats.receiveMessage()).isEqualTo(new ChannelStats(RECORD, 2, 0, 0, 10, 1_400_000, 2));
  }

  @Test
  void statsDontWaitForAWorkerThatSaysNothing() {
    open();
    first();
    TestProbe<ChannelStats> stats = KIT.createTestProbe(ChannelStats.class);
    channel.tell(new Channel.GetStats(RECORD, stats.getRef()));
    worker.expectMessageClass(MediaCommand.GetBitRates.class);
    TIME.timePasses(Duration.ofSeconds(1));
    assertThat(stats.receiveMessage().totalBps()).isZero();
  }
}
