package sfu.node.media;

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
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import sfu.node.media.worker.WorkerLoop;

/**
 * The actor of one media worker: registers it with the Receptionist and turns messages into calls on its loop. It never
 * touches media itself, so it never blocks. Transports whose owner is gone, with its node or by a defect, it closes.
 */
public final class MediaWorker extends AbstractBehavior<Object> {
  /** Told by the loop's thread as it ends. */
  private record LoopEnded() {}

  private final WorkerLoop loop;
  private final Map<ActorRef<MediaEvent>, Set<String>> transportsByOwner = new HashMap<>();
  private final Map<String, ActorRef<MediaEvent>> owners = new HashMap<>();
  private final WatchedWorkers workers;

  /** The actor over a loop whose ports are bound; starts the loop, and stops when that ends. */
  public static Behavior<MediaCommand> create(WorkerLoop loop) {
    return Behaviors.<Object>setup(context -> new MediaWorker(context, loop)).narrow();
  }

  private MediaWorker(ActorContext<Object> context, WorkerLoop loop) {
    super(context);
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
        .onMessage(LoopEnded.class, ended -> Behaviors.stopped())
        .onSignal(Terminated.class, this::onGone)
        .onSignal(PostStop.class, this::onStopped)
        .build();
  }

  private Behavior<Object> onCommand(MediaCommand command) {
    switch (command) {
      case MediaCommand.OpenTransport open -> own(open.owner(), open.transportId());
      case MediaCommand.CloseTransport close -> disown(close.transportId());
      default -> {
        // Nothing that has an owner of its own.
      }
    }
    workers.note(command);
    loop.submit(command);
    return this;
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
        loop.submit(new MediaCommand.CloseTransport(transportId));
      }
    }
    return this;
  }

  private Behavior<Object> onStopped(PostStop stop) {
    loop.submit(new MediaCommand.Shutdown());
    return this;
  }
}
