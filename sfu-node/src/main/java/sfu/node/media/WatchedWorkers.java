package sfu.node.media;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import sfu.node.media.MediaCommand.BetweenWorkers;
import sfu.node.media.MediaCommand.OpenConsumer;

/** The other workers that a worker has to do with: watched from the first mention on, so that their end is noticed. */
final class WatchedWorkers {
  private final ActorContext<Object> context;
  private final Consumer<ActorRef<MediaCommand>> whenLost;
  private final Set<ActorRef<MediaCommand>> watched = new HashSet<>();

  WatchedWorkers(ActorContext<Object> context, Consumer<ActorRef<MediaCommand>> whenLost) {
    this.context = context;
    this.whenLost = whenLost;
  }

  /** Watches the worker that a command mentions, if it mentions one. */
  void note(MediaCommand command) {
    switch (command) {
      case OpenConsumer open -> watch(open.origin());
      case BetweenWorkers message -> watch(message.from());
      default -> {
        // Nobody else is mentioned.
      }
    }
  }

  private void watch(ActorRef<MediaCommand> worker) {
    if (worker != null && !worker.equals(context.getSelf()) && watched.add(worker)) {
      context.watch(worker);
    }
  }

  /** An actor has ended, maybe one of them. */
  void ended(ActorRef<Void> actor) {
    ActorRef<MediaCommand> worker = actor.unsafeUpcast();
    if (watched.remove(worker)) {
      whenLost.accept(worker);
    }
  }
}
