package sfu.node.media;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import sfu.node.media.worker.WorkerLoop;

/**
 * The actor of one media worker: registers it with the Receptionist and turns messages into calls on its loop. It never
 * touches media itself, so it never blocks. Transports whose owner is gone, because it moved, with its node or by a defect,
 * it closes after a while: a client whose session goes on elsewhere has media until it has it from there.
 */
public final class MediaWorker extends AbstractBehavior<Object> {
  /** Told by the loop's thread as it ends. */
  private record LoopEnded() {}

  private record GraceOver(String transportId) {}

  /** From the end of its owner until a transport is closed. */
  private static final Duration GRACE = Duration.ofSeconds(8);

  private final TimerScheduler<Object> timers;
  private final WorkerLoop loop;
  private final Map<ActorRef<MediaEvent>, Set<String>> transportsByOwner = new HashMap<>();
  private final Map<String, ActorRef<MediaEvent>> owners = new HashMap<>();
  private final WatchedWorkers workers;
  private boolean draining;

  /** The actor over a loop whose ports are bound; starts the loop, and stops when that ends. */
  public static Behavior<MediaCommand> create(WorkerLoop loop) {
    return Behaviors.<Object>setup(
            context -> Behaviors.withTimers(timers -> new MediaWorker(context, timers, loop)))
        .narrow();
  }

  private MediaWorker(ActorContext<Object> context, TimerScheduler<Object> timers, WorkerLoop loop) {
    super(context);
    this.timers = timers;
    this.loop = loop;
    ActorRef<MediaCommand> self = context.getSelf().narrow();
    context.getSystem().receptionist().tell(Receptionist.register(MediaWorkerKey.KEY, self));
    this.workers = new WatchedWorkers(context, loop::workerLost);
    loop.start(self, () -> context.getSelf().tell(new LoopEnded()));
  }

  @Override
  public Receive<Object> createReceive() {
    return newReceiveBuilder()
        .onMessage(MediaCommand.class, this::onCommand)
        .onMessage(GraceOver.class, this::onGraceOver)
        .onMessage(LoopEnded.class, ended -> Behaviors.stopped())
        .onSignal(Terminated.class, this::onGone)
        .onSignal(PostStop.class, this::onStopped)
        .build();
  }

  private Behavior<Object> onCommand(MediaCommand command) {
    switch (command) {
      case MediaCommand.OpenTransport open -> {
        own(open.owner(), open.transportId());
        if (draining) {
          // Chosen just before it became known: what begins here now would end the hard way.
          open.owner().tell(new MediaEvent.WorkerDraining());
        }
      }
      case MediaCommand.CloseTransport close -> disown(close.transportId());
      case MediaCommand.Drain _ -> drain();
      default -> {
        // Nothing that has an owner of its own.
      }
    }
    workers.note(command);
    loop.submit(command);
    return this;
  }

  private void drain() {
    draining = true;
    ActorRef<MediaCommand> self = getContext().getSelf().narrow();
    getContext().getSystem().receptionist().tell(Receptionist.deregister(MediaWorkerKey.KEY, self));
    transportsByOwner.keySet().forEach(owner -> owner.tell(new MediaEvent.WorkerDraining()));
  }

  private void own(ActorRef<MediaEvent> owner, String transportId) {
    Set<String> transports = transportsByOwner.get(owner);
    if (transports == null) {
      transports = new HashSet<>();
      transportsByOwner.put(owner, transports);
      getContext().watch(owner);
    }
    transports.add(transportId);
    owners.put(transportId, owner);
  }

  private void disown(String transportId) {
    ActorRef<MediaEvent> owner = owners.remove(transportId);
    Set<String> transports = owner == null ? null : transportsByOwner.get(owner);
    if (transports != null && transports.remove(transportId) && transports.isEmpty()) {
      transportsByOwner.remove(owner);
      getContext().unwatch(owner);
    }
  }

  private Behavior<Object> onGone(Terminated gone) {
    workers.ended(gone.getRef());
    Set<String> transports = transportsByOwner.remove(gone.getRef());
    if (transports != null) {
      for (String transportId : transports) {
        owners.remove(transportId);
        GraceOver over = new GraceOver(transportId);
        timers.startSingleTimer(over, over, GRACE);
      }
    }
    return this;
  }

  private Behavior<Object> onGraceOver(GraceOver over) {
    loop.submit(new MediaCommand.CloseTransport(over.transportId()));
    return this;
  }

  private Behavior<Object> onStopped(PostStop stop) {
    loop.submit(new MediaCommand.Shutdown());
    return this;
  }
}
