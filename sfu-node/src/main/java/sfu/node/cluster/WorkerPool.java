package sfu.node.cluster;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sfu.node.media.MediaCommand;
import sfu.node.media.MediaReply;
import sfu.node.media.MediaWorkerKey;

/**
 * Runs this node's media workers, knows how busy they are, and says which one takes the next channel. A worker that
 * fails once the node has started is replaced; before that, its failure is the node's.
 */
final class WorkerPool extends AbstractBehavior<WorkerPool.Command> {

  sealed interface Command {}

  /** Asks for the least loaded worker. */
  record Pick(ActorRef<Picked> replyTo) implements Command {}

  /** Asks to be told when all workers are there. Answered by {@link Started}. */
  record AwaitStart(ActorRef<Started> replyTo) implements Command {}

  /** Ends all workers. Answered by {@link Stopped} when they are gone. */
  record Stop(ActorRef<Stopped> replyTo) implements Command {}

  /** The worker of choice; null if there is none. */
  record Picked(ActorRef<MediaCommand> worker) {}

  /** All workers are there, or one couldn't start, for the reason given (else null). */
  record Started(String failure) {}

  /** No worker is left. */
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

  /** What was last heard of a worker, and the channels given to it since. */
  private static final class Standing {
    private double utilisation;
    private int transports;
    private int picksSince;

    private double utilisationInSteps() {
      // Small differences are noise; below a tenth the number of transports says more.
      return Math.floor(utilisation * 10);
    }

    private int burden() {
      return transports + 2 * picksSince;
    }
  }

  private final TimerScheduler<Command> timers;
  private final int count;
  private final IntFunction<Behavior<MediaCommand>> factory;
  private final Map<ActorRef<MediaCommand>, Standing> standings = new HashMap<>();
  private final Map<ActorRef<Void>, Integer> numbers = new HashMap<>();
  private boolean started;
  private String failure;
  private AwaitStart awaitingStart;
  private Stop stopping;

  static Behavior<Command> create(int count, IntFunction<Behavior<MediaCommand>> factory) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new WorkerPool(context, timers, count, factory)));
  }

  private WorkerPool(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      int count,
      IntFunction<Behavior<MediaCommand>> factory) {
    super(context);
    this.timers = timers;
    this.count = count;
    this.factory = factory;
    context
        .getSystem()
        .receptionist()
        .tell(
            Receptionist.subscribe(
                MediaWorkerKey.KEY, context.messageAdapter(Receptionist.Listing.class, Listed::new)));
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
      case Pick(var replyTo) -> replyTo.tell(new Picked(pick()));
      case AwaitStart await -> {
        awaitingStart = await;
        answerStart();
      }
      case Stop stop -> {
        stopping = stop;
        numbers.keySet().forEach(worker -> worker.<MediaCommand>unsafeUpcast().tell(new MediaCommand.Shutdown()));
        answerStop();
      }
      case Listed(var listing) -> listed(listing.getServiceInstances(MediaWorkerKey.KEY));
      case Loaded(var worker, var load) -> loaded(worker, load);
      // A worker that doesn't say keeps its standing; if it is gone, the Receptionist will tell.
      case LoadUnknown(var worker) -> LOG.debug("no load from {}", worker);
      case Poll _ -> standings.keySet().forEach(this::askLoad);
      case Respawn(int number) -> {
        if (stopping == null) {
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
    ended(numbers.remove(worker), why);
    return this;
  }

  private void ended(int number, String why) {
    if (stopping != null) {
      answerStop();
    } else if (started) {
      LOG.error("media worker {} is gone ({}): its sessions reconnect, another takes its place", number, why);
      timers.startSingleTimer(number, new Respawn(number), RESPAWN_DELAY);
    } else {
      failure = why;
      answerStart();
    }
  }

  private ActorRef<MediaCommand> pick() {
    var best =
        standings.entrySet().stream()
            .min(
                Comparator.comparingDouble(
                        (Map.Entry<ActorRef<MediaCommand>, Standing> e) -> e.getValue().utilisationInSteps())
                    .thenComparingInt(e -> e.getValue().burden())
                    .thenComparing(Map.Entry::getKey));
    best.ifPresent(e -> e.getValue().picksSince++);
    return best.map(Map.Entry::getKey).orElse(null);
  }

  private void listed(Set<ActorRef<MediaCommand>> workers) {
    standings.keySet().retainAll(workers);
    for (ActorRef<MediaCommand> worker : workers) {
      if (worker.path().address().hasLocalScope()) {
        standings.computeIfAbsent(worker, _ -> new Standing());
      }
    }
    answerStart();
  }

  private void answerStart() {
    started |= failure == null && standings.size() >= count;
    if (awaitingStart != null && (started || failure != null)) {
      awaitingStart.replyTo().tell(new Started(failure));
      awaitingStart = null;
    }
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
      standing.utilisation = load.utilisation();
      standing.transports = load.transports();
      standing.picksSince = 0;
    }
  }
}
