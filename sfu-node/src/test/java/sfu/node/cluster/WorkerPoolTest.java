package sfu.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import sfu.node.media.MediaCommand;
import sfu.node.media.MediaReply;
import sfu.node.media.MediaWorkerKey;

/** A pool over workers that say what load they are told to say. */
class WorkerPoolTest {

  private static final Placement PLACEMENT = new Placement(100);

  /** The word on which a scripted worker dies. */
  private static final MediaCommand DIE = new MediaCommand.CloseChannel("die");

  /** The workers of one node. */
  private static final class Workers {
    private final Map<Integer, ActorRef<MediaCommand>> refs = new ConcurrentHashMap<>();
    private final Map<Integer, MediaReply.Load> loads = new ConcurrentHashMap<>();
    private final BlockingQueue<Integer> begun = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> answered = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> drained = new LinkedBlockingQueue<>();
    private volatile boolean answering = true;

    private Behavior<MediaCommand> worker(int number) {
      return Behaviors.setup(
          context -> {
            context.getSystem().receptionist().tell(Receptionist.register(MediaWorkerKey.KEY, context.getSelf()));
            refs.put(number, context.getSelf());
            begun.add(number);
            return Behaviors.receiveMessage(command -> on(number, command));
          });
    }

    private Behavior<MediaCommand> on(int number, MediaCommand command) {
      switch (command) {
        case MediaCommand.GetLoad ask -> {
          if (answering) {
            ask.replyTo().tell(loads.getOrDefault(number, load(0, 0)));
            answered.add(number);
          }
        }
        case MediaCommand.Drain _ -> drained.add(number);
        case MediaCommand.CloseChannel _, MediaCommand.Shutdown _ -> {
          return Behaviors.stopped();
        }
        default -> throw new AssertionError(command);
      }
      return Behaviors.same();
    }

    private void expect(BlockingQueue<Integer> what, int times) throws InterruptedException {
      for (int i = 0; i < times; i++) {
        assertThat(what.poll(10, TimeUnit.SECONDS)).isNotNull();
      }
    }
  }

  private static MediaReply.Load load(double utilisation, int transports) {
    return new MediaReply.Load(0, 0, transports, 0, 0, 0, 0, 0, 0, utilisation);
  }

  private static void awaitStart(ActorTestKit kit, ActorRef<WorkerPool.Command> pool) {
    TestProbe<WorkerPool.Started> started = kit.createTestProbe(WorkerPool.Started.class);
    pool.tell(new WorkerPool.AwaitStart(started.getRef()));
    assertThat(started.receiveMessage().failure()).isNull();
  }

  private static ActorRef<MediaCommand> pick(ActorTestKit kit, ActorRef<WorkerPool.Command> pool) {
    TestProbe<WorkerPool.Picked> picked = kit.createTestProbe(WorkerPool.Picked.class);
    pool.tell(new WorkerPool.Pick(Map.of(), picked.getRef()));
    ActorRef<MediaCommand> worker = picked.receiveMessage().worker();
    picked.stop();
    return worker;
  }

  /** In virtual time. What another pool would be told goes to a probe. */
  @Nested
  class OfOneNode {

    private static final Address SELF = new Address("pekko", "sfu", "self", 1);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration EMPTYING_POLL = Duration.ofMillis(100);

    private final ActorTestKit kit = VirtualTime.kit();
    private final ManualTime time = ManualTime.get(kit.system());
    private final TestProbe<WorkerPool.Command> listener = kit.createTestProbe(WorkerPool.Command.class);
    private final Workers workers = new Workers();
    private ActorRef<WorkerPool.Command> pool;

    private void start(int count) throws Exception {
      kit.system().receptionist().tell(Receptionist.register(WorkerPool.KEY, listener.getRef()));
      pool =
          kit.spawn(WorkerPool.create(count, workers::worker, PLACEMENT, SELF, new NodeLoads(_ -> false)));
      workers.expect(workers.begun, count);
      awaitStart(kit, pool);
      WorkerPool.NodeReport first = listener.expectMessageClass(WorkerPool.NodeReport.class);
      assertThat(first.pool()).isEqualTo(pool);
    }

    @AfterEach
    void stop() {
      kit.shutdownTestKit();
    }

    private ActorRef<MediaCommand> worker(int number) {
      return workers.refs.get(number);
    }

    private ActorRef<MediaCommand> pick() {
      return WorkerPoolTest.pick(kit, pool);
    }

    private List<ActorRef<MediaCommand>> picks(int count) {
      List<ActorRef<MediaCommand>> picked = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        picked.add(pick());
      }
      return picked;
    }

    /** The workers say their loads once, and the pool has taken note. */
    private void measure(MediaReply.Load... loads) throws Exception {
      for (int number = 0; number < loads.length; number++) {
        workers.loads.put(number, loads[number]);
      }
      workers.answering = true;
      time.timePasses(POLL);
      workers.expect(workers.answered, loads.length);
      workers.answering = false;
      Set<Double> expected = new HashSet<>();
      for (MediaReply.Load load : loads) {
        expected.add(load.utilisation());
      }
      TestCluster.await(
          kit,
          () -> {
            time.timePasses(POLL);
            Set<Double> told = new HashSet<>();
            listener
                .expectMessageClass(WorkerPool.NodeReport.class)
                .workers()
                .forEach(report -> told.add(report.utilisation()));
            return told.equals(expected);
          });
    }

    @Test
    void aBurstOfSessionsSpreadsBeforeAnyOfThemIsMeasured() throws Exception {
      start(2);
      assertThat(picks(10)).filteredOn(worker(0)::equals).hasSize(5);
    }

    @Test
    void whatASessionWillCostIsTakenFromThoseThatAreThere() throws Exception {
      start(2);
      // One session that takes 16 %, and four that take 10 % each.
      measure(load(0.16, 2), load(0.42, 8));
      assertThat(picks(5)).containsExactly(worker(0), worker(0), worker(0), worker(1), worker(1));
    }

    @Test
    void aWorkerThatDiesIsForgottenAtOnceAndAnotherTakesItsPlaceInASecond() throws Exception {
      start(2);
      measure(load(0.1, 2), load(0.5, 2));
      ActorRef<MediaCommand> dead = worker(0);
      assertThat(pick()).isEqualTo(dead);
      dead.tell(DIE);
      listener.expectTerminated(dead);
      TestCluster.await(kit, () -> pick().equals(worker(1)));
      assertThat(workers.begun).isEmpty();
      time.timePasses(Duration.ofSeconds(1));
      workers.expect(workers.begun, 1);
      TestCluster.await(kit, () -> pick().equals(worker(0)));
      assertThat(worker(0)).isNotEqualTo(dead);
    }

    @Test
    void theWorkersOfANodeThatLeavesAreNotPicked() throws Exception {
      start(1);
      pool.tell(new WorkerPool.Leave());
      assertThat(listener.expectMessageClass(WorkerPool.NodeReport.class).leaving()).isTrue();
      TestCluster.await(kit, () -> pick() == null);
      worker(0).tell(DIE);
      listener.expectTerminated(worker(0));
      time.timePasses(Duration.ofSeconds(2));
      assertThat(workers.begun).as("nor replaced").isEmpty();
    }

    @Test
    void whatIsStillHeardOfANodeThatIsGoneDoesntCountAgainstTheOneInItsPlace() throws Exception {
      start(1);
      ActorRef<WorkerPool.Command> gone = kit.createTestProbe(WorkerPool.Command.class).getRef();
      pool.tell(new WorkerPool.NodeReport(gone, List.of(), true));
      assertThat(pick()).isEqualTo(worker(0));
      pool.tell(new WorkerPool.NodeReport(listener.getRef(), List.of(), true));
      assertThat(pick()).isNull();
      pool.tell(new WorkerPool.NodeReport(listener.getRef(), List.of(), false));
      assertThat(pick()).isEqualTo(worker(0));
    }

    private TestProbe<WorkerPool.Stopped> empty() throws Exception {
      TestProbe<WorkerPool.Stopped> stopped = kit.createTestProbe(WorkerPool.Stopped.class);
      pool.tell(new WorkerPool.Leave());
      pool.tell(new WorkerPool.Empty(stopped.getRef()));
      return stopped;
    }

    private void pollWhileEmptying(int count) throws Exception {
      workers.answered.clear();
      workers.answering = true;
      TestCluster.await(
          kit,
          () -> {
            time.timePasses(EMPTYING_POLL);
            return workers.answered.size() >= 2 * count;
          });
    }

    @Test
    void itIsEmptyWhenNothingIsLeftOnAnyWorker() throws Exception {
      start(2);
      measure(load(0, 0), load(0.2, 4));
      var stopped = empty();
      workers.expect(workers.drained, 2);
      pollWhileEmptying(2);
      stopped.expectNoMessage(Duration.ZERO);
      workers.loads.put(1, load(0, 0));
      pollWhileEmptying(2);
      stopped.expectMessageClass(WorkerPool.Stopped.class);
    }

    @Test
    void anEmptyWorkerThatDiesDoesntStandForOneThatIsNotEmpty() throws Exception {
      start(2);
      measure(load(0, 0), load(0.2, 4));
      var stopped = empty();
      workers.expect(workers.drained, 2);
      pollWhileEmptying(2);
      worker(0).tell(DIE);
      listener.expectTerminated(worker(0));
      pollWhileEmptying(1);
      stopped.expectNoMessage(Duration.ZERO);
      workers.loads.put(1, load(0, 0));
      pollWhileEmptying(1);
      stopped.expectMessageClass(WorkerPool.Stopped.class);
    }

    @Test
    void whatDiesIsEmptyToo() throws Exception {
      start(1);
      measure(load(0.2, 4));
      var stopped = empty();
      workers.expect(workers.drained, 1);
      stopped.expectNoMessage(Duration.ZERO);
      worker(0).tell(DIE);
      stopped.expectMessageClass(WorkerPool.Stopped.class);
      var again = kit.createTestProbe(WorkerPool.Stopped.class);
      pool.tell(new WorkerPool.Empty(again.getRef()));
      again.expectMessageClass(WorkerPool.Stopped.class);
    }
  }

  @Test
  void poolsTellEachOtherHowBusyTheirWorkersAre() throws Exception {
    try (TestCluster cluster = new TestCluster(2, TestCluster.WITHOUT_DOWNING)) {
      Set<Address> silent = ConcurrentHashMap.newKeySet();
      List<ActorRef<WorkerPool.Command>> pools = new ArrayList<>();
      for (int member = 0; member < 2; member++) {
        Workers workers = new Workers();
        workers.loads.put(0, load(member == 0 ? 0.9 : 0.1, 2));
        pools.add(
            cluster.member(member)
                .spawn(
                    WorkerPool.create(
                        1, workers::worker, PLACEMENT, cluster.address(member), new NodeLoads(silent::contains))));
        awaitStart(cluster.member(member), pools.get(member));
      }
      ActorTestKit busy = cluster.member(0);
      Address idle = cluster.address(1);
      TestCluster.await(busy, () -> pick(busy, pools.getFirst()).path().address().equals(idle));

      silent.add(idle);
      assertThat(pick(busy, pools.getFirst()).path().address().hasLocalScope()).as("not heard").isTrue();
      silent.clear();
      assertThat(pick(busy, pools.getFirst()).path().address()).isEqualTo(idle);

      pools.get(1).tell(new WorkerPool.Leave());
      TestCluster.await(busy, () -> pick(busy, pools.getFirst()).path().address().hasLocalScope());
      TestCluster.await(
          busy, () -> pick(cluster.member(1), pools.get(1)).path().address().equals(cluster.address(0)));
    }
  }
}
