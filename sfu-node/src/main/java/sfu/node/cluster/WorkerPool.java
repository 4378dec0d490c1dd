package sfu.node.cluster;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.apache.pekko.actor.typed.receptionist.ServiceKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sfu.node.CborMessage;
import sfu.node.media.MediaCommand;
import sfu.node.media.MediaReply;
import sfu.node.media.MediaWorkerKey;

/**
 * Runs this node's media workers, knows how busy they and those of all other nodes are, and says which one takes the
 * next session. A worker that fails once the node has started is replaced; before that, its failure is the node's.
 *
 * <p>The pools of the cluster find each other by the Receptionist and tell each other once a second.
 */
final class WorkerPool extends AbstractBehavior<WorkerPool.Command> {

  sealed interface Command {}

  /** Asks for a worker for one more session of a channel, of which {@code seats} sessions are on a worker already. */
  record Pick(Map<ActorRef<MediaCommand>, Integer> seats, ActorRef<Picked> replyTo) implements Command {}

  /** From another node's pool, or this one's own: how busy its workers are. */
  record NodeReport(ActorRef<Command> pool, List<WorkerReport> workers, boolean leaving)
      implements Command, CborMessage {}

  /** One worker's load; see {@link MediaReply.Load}. */
  record WorkerReport(
      ActorRef<MediaCommand> worker, double utilisation, long packetsPerSecond, long bitsPerSecond, int transports)
      implements CborMessage {}

  /** This node leaves: nobody is to choose its workers any more. */
  record Leave() implements Command {}

  /** Tells all that is on this node's workers to begin anew elsewhere. Answered by {@link Stopped} when all is gone. */
  record Empty(ActorRef<Stopped> replyTo) implements Command {}

  /** Asks to be told when all workers are there. Answered by {@link Started}. */
  record AwaitStart(ActorRef<Started> replyTo) implements Command {}

  /** Ends all workers. Answered by {@link Stopped} when they are gone. */
  record Stop(ActorRef<Stopped> replyTo) implements Command {}

  /** The worker of choice; null if there is none. */
  record Picked(ActorRef<MediaCommand> worker) {}

  /** All workers are there, or one couldn't start, for the reason given (else null). */
  record Started(String failure) {}

  /** Nothing is left: no worker, or nothing on them. */
  record Stopped() {}

  private record Listed(Receptionist.Listing listing) implements Command {}

  private record Loaded(ActorRef<MediaCommand> worker, MediaReply.Load load) implements Command {}

  private record LoadUnknown(ActorRef<MediaCommand> worker) implements Command {}

  private record Respawn(int number) implements Command {}

  private enum Poll implements Command {
    POLL
  }

  private static final Logger LOG = LoggerFactory.getLogger(WorkerPool.class);

  private static final Duration RESPAWN_DELAY = Duration.ofSeconds(1);
  private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);
  private static final Duration EMPTYING_INTERVAL = Duration.ofMillis(100);

  static final ServiceKey<Command> KEY = ServiceKey.create(Command.class, "worker-pool");

  /** What a session is taken to cost before it is measured, as a share of a worker. */
  private static final double SESSION_UTILISATION = 0.005;

  private static final int TRANSPORTS_PER_SESSION = 2;

  /** What was last heard of a worker, and the sessions given to it since. */
  private static final class Standing {
    private WorkerReport report;
    private int picksSince;

    private Placement.Candidate candidate(ActorRef<MediaCommand> worker) {
      boolean local = worker.path().address().hasLocalScope();
      if (report == null) {
        return new Placement.Candidate(worker, local, picksSince * SESSION_UTILISATION, 0, 0, transports(0));
      }
      double perSession =
          Math.max(
              SESSION_UTILISATION, report.utilisation() * TRANSPORTS_PER_SESSION / Math.max(1, report.transports()));
      return new Placement.Candidate(
          worker,
          local,
          report.utilisation() + picksSince * perSession,
          report.packetsPerSecond(),
          report.bitsPerSecond(),
          transports(report.transports()));
    }

    private int transports(int known) {
      return known + TRANSPORTS_PER_SESSION * picksSince;
    }
  }

  private final TimerScheduler<Command> timers;
  private final int count;
  private final IntFunction<Behavior<MediaCommand>> factory;
  private final Placement placement;
  private final NodeLoads nodeLoads;
  private final Address self;
  private final Map<ActorRef<MediaCommand>, Standing> standings = new HashMap<>();
  private final Set<ActorRef<Void>> emptyWorkers = new HashSet<>();
  private Set<ActorRef<Command>> pools = Set.of();
  private final Map<ActorRef<Void>, Integer> numbers = new HashMap<>();
  private boolean started;
  private String failure;
  private AwaitStart awaitingStart;
  private Stop stopping;
  private boolean leaving;
  private Empty emptying;

  static Behavior<Command> create(
      int count, IntFunction<Behavior<MediaCommand>> factory, Placement placement, Address self, NodeLoads nodeLoads) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new WorkerPool(context, timers, count, factory, placement, self, nodeLoads)));
  }

  private WorkerPool(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      int count,
      IntFunction<Behavior<MediaCommand>> factory,
      Placement placement,
      Address self,
      NodeLoads nodeLoads) {
    super(context);
    this.timers = timers;
    this.count = count;
    this.factory = factory;
    this.placement = placement;
    this.self = self;
    this.nodeLoads = nodeLoads;
    ActorRef<Receptionist.Command> receptionist = context.getSystem().receptionist();
    receptionist.tell(Receptionist.register(KEY, context.getSelf()));
    ActorRef<Receptionist.Listing> listings = context.messageAdapter(Receptionist.Listing.class, Listed::new);
    receptionist.tell(Receptionist.subscribe(KEY, listings));
    receptionist.tell(Receptionist.subscribe(MediaWorkerKey.KEY, listings));
    timers.startTimerWithFixedDelay(Poll.POLL, POLL_INTERVAL);
    for (int number = 0; number < count; number++) {
      spawn(number);
    }
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onAnyMessage(this::on)
        .onSignal(ChildFailed.class, failed -> gone(failed.getRef(), String.valueOf(failed.cause().getMessage())))
        .onSignal(Terminated.class, terminated -> gone(terminated.getRef(), "stopped"))
        .build();
  }

  private Behavior<Command> on(Command command) {
    switch (command) {
      case Pick(var seats, var replyTo) -> replyTo.tell(new Picked(pick(seats)));
      case NodeReport report -> reported(report);
      case Leave _ -> {
        leaving = true;
        report();
      }
      case Empty empty -> {
        emptying = empty;
        numbers.keySet().forEach(worker -> worker.<MediaCommand>unsafeUpcast().tell(new MediaCommand.Drain()));
        timers.startTimerWithFixedDelay(Poll.POLL, EMPTYING_INTERVAL);
        answerEmpty();
      }
      case AwaitStart await -> {
        awaitingStart = await;
        answerStart();
      }
      case Stop stop -> {
        stopping = stop;
        numbers.keySet().forEach(worker -> worker.<MediaCommand>unsafeUpcast().tell(new MediaCommand.Shutdown()));
        answerStop();
      }
      case Listed(var listing) -> {
        if (listing.isForKey(KEY)) {
          poolsListed(listing.getServiceInstances(KEY));
        } else {
          listed(listing.getServiceInstances(MediaWorkerKey.KEY));
        }
      }
      case Loaded(var worker, var load) -> loaded(worker, load);
      // A worker that doesn't say keeps its standing; if it is gone, the Receptionist will tell.
      case LoadUnknown(var worker) -> LOG.debug("no load from {}", worker);
      case Poll _ -> {
        report();
        numbers.keySet().forEach(worker -> askLoad(worker.unsafeUpcast()));
      }
      case Respawn(int number) -> {
        // A node that leaves needs no more of them.
        if (stopping == null && !leaving) {
          spawn(number);
        }
      }
    }
    return this;
  }

  private void spawn(int number) {
    try {
      ActorRef<MediaCommand> worker = getContext().spawnAnonymous(factory.apply(number));
      getContext().watch(worker);
      numbers.put(worker.unsafeUpcast(), number);
    } catch (UncheckedIOException e) {
      ended(number, e.getMessage());
    }
  }

  private Behavior<Command> gone(ActorRef<Void> worker, String why) {
    // Sooner than the Receptionist tells.
    standings.remove(worker.<MediaCommand>unsafeUpcast());
    emptyWorkers.remove(worker);
    ended(numbers.remove(worker), why);
    answerEmpty();
    return this;
  }

  private void ended(int number, String why) {
    if (stopping != null) {
      answerStop();
    } else if (leaving) {
      LOG.error("media worker {} is gone ({}) while this node leaves", number, why);
    } else if (started) {
      LOG.error("media worker {} is gone ({}): its sessions reconnect, another takes its place", number, why);
      timers.startSingleTimer(number, new Respawn(number), RESPAWN_DELAY);
    } else {
      failure = why;
      answerStart();
    }
  }

  private ActorRef<MediaCommand> pick(Map<ActorRef<MediaCommand>, Integer> seats) {
    List<Placement.Candidate> candidates = new ArrayList<>();
    standings.forEach(
        (worker, standing) -> {
          if (nodeLoads.isOpen(node(worker))) {
            candidates.add(standing.candidate(worker));
          }
        });
    Optional<ActorRef<MediaCommand>> best = placement.choose(candidates, seats);
    best.ifPresent(worker -> standings.get(worker).picksSince++);
    return best.orElse(null);
  }

  private Address node(ActorRef<?> actor) {
    Address address = actor.path().address();
    return address.hasLocalScope() ? self : address;
  }

  private void listed(Set<ActorRef<MediaCommand>> workers) {
    standings.keySet().retainAll(workers);
    workers.forEach(worker -> standings.computeIfAbsent(worker, _ -> new Standing()));
    answerStart();
  }

  private void poolsListed(Set<ActorRef<Command>> now) {
    for (ActorRef<Command> pool : pools) {
      if (!now.contains(pool)) {
        nodeLoads.remove(node(pool));
      }
    }
    pools = now;
    report();
  }

  /** Tells all pools, this one included, how busy this node's workers are. */
  private void report() {
    List<WorkerReport> workers = new ArrayList<>();
    for (ActorRef<Void> worker : numbers.keySet()) {
      Standing standing = standings.get(worker.<MediaCommand>unsafeUpcast());
      if (standing != null && standing.report != null) {
        workers.add(standing.report);
      }
    }
    NodeReport report = new NodeReport(getContext().getSelf(), workers, leaving);
    pools.forEach(pool -> pool.tell(report));
  }

  private void reported(NodeReport report) {
    if (!pools.contains(report.pool())) {
      // Of a node that has left, and may be back under its address already; or too new to be listed: then more will
      // come.
      return;
    }
    double sum = 0;
    for (WorkerReport worker : report.workers()) {
      sum += worker.utilisation();
      Standing standing = standings.get(worker.worker());
      if (standing != null && !node(report.pool()).equals(self)) {
        standing.report = worker;
        standing.picksSince = 0;
      }
    }
    double mean = report.workers().isEmpty() ? 0 : sum / report.workers().size();
    nodeLoads.set(node(report.pool()), new NodeLoads.NodeLoad(mean, report.leaving()));
  }

  private void answerStart() {
    started |= failure == null && localStandings() >= count;
    if (awaitingStart != null && (started || failure != null)) {
      awaitingStart.replyTo().tell(new Started(failure));
      awaitingStart = null;
    }
  }

  private long localStandings() {
    return standings.keySet().stream().filter(worker -> worker.path().address().hasLocalScope()).count();
  }

  private void answerStop() {
    if (stopping != null && numbers.isEmpty()) {
      stopping.replyTo().tell(new Stopped());
    }
  }

  private void askLoad(ActorRef<MediaCommand> worker) {
    getContext()
        .ask(
            MediaReply.class,
            worker,
            POLL_INTERVAL,
            MediaCommand.GetLoad::new,
            (reply, failure) ->
                reply instanceof MediaReply.Load load ? new Loaded(worker, load) : new LoadUnknown(worker));
  }

  private void loaded(ActorRef<MediaCommand> worker, MediaReply.Load load) {
    Standing standing = standings.get(worker);
    if (standing != null) {
      standing.report =
          new WorkerReport(
              worker,
              load.utilisation(),
              load.packetsInPerSecond() + load.packetsOutPerSecond(),
              load.bitsInPerSecond() + load.bitsOutPerSecond(),
              load.transports());
      standing.picksSince = 0;
    }
    if (emptying != null && load.transports() == 0) {
      emptyWorkers.add(worker.unsafeUpcast());
    } else {
      emptyWorkers.remove(worker.<Void>unsafeUpcast());
    }
    answerEmpty();
  }

  private void answerEmpty() {
    if (emptying != null && emptyWorkers.containsAll(numbers.keySet())) {
      emptying.replyTo().tell(new Stopped());
      emptying = null;
    }
  }
}
