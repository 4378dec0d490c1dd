package sfu.node.media;

import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import sfu.node.media.worker.WorkerLoop;

/**
 * The actor of one media worker: registers it with the Receptionist and turns messages into calls on its loop. It never
 * touches media itself, so it never blocks.
 */
public final class MediaWorker {
  private MediaWorker() {}

  /** Told by the loop's thread as it ends. */
  private record LoopEnded() {}

  /** The actor over a loop whose ports are bound; starts the loop, and stops when that ends. */
  public static Behavior<MediaCommand> create(WorkerLoop loop) {
    return Behaviors.setup(
        context -> {
          var self = context.getSelf();
          context.getSystem().receptionist().tell(Receptionist.register(MediaWorkerKey.KEY, self));
          loop.start(() -> self.unsafeUpcast().tell(new LoopEnded()));
          return Behaviors.<Object>receive(Object.class)
              .onMessage(
                  MediaCommand.class,
                  command -> {
                    loop.submit(command);
                    return Behaviors.same();
                  })
              .onMessage(LoopEnded.class, ended -> Behaviors.stopped())
              .onSignal(
                  PostStop.class,
                  stop -> {
                    loop.submit(new MediaCommand.Shutdown());
                    return Behaviors.same();
                  })
              .build()
              .narrow();
        });
  }
}
