package sfu.node;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import sfu.node.media.MediaCommand;
import sfu.node.media.MediaReply;
import sfu.node.media.MediaWorkerKey;

/**
 * What {@code /alive} says: whether actors run, and the loop of each of this node's media workers still turns. No
 * answer can also mean a machine that is out of breath, so whoever acts on it should ask several times. Named in
 * node.conf.
 */
public final class LivenessCheck implements Supplier<CompletionStage<Boolean>> {

  /** Within the second that Pekko Management gives a check. */
  private static final Duration PATIENCE = Duration.ofMillis(800);

  private final ActorSystem<Void> system;

  public LivenessCheck(org.apache.pekko.actor.ActorSystem system) {
    this.system = Adapter.toTyped(system);
  }

  @Override
  public CompletionStage<Boolean> get() {
    return AskPattern.<Receptionist.Command, Receptionist.Listing>ask(
            system.receptionist(),
            replyTo -> Receptionist.find(MediaWorkerKey.KEY, replyTo),
            PATIENCE,
            system.scheduler())
        .thenCompose(
            listing ->
                CompletableFuture.allOf(
                    listing.getServiceInstances(MediaWorkerKey.KEY).stream()
                        .filter(worker -> worker.path().address().hasLocalScope())
                        .map(this::answer)
                        .toArray(CompletableFuture[]::new)))
        .handle((_, failure) -> failure == null);
  }

  /** The loop's thread answers, not the worker's actor. */
  private CompletableFuture<MediaReply> answer(ActorRef<MediaCommand> worker) {
    return AskPattern.<MediaCommand, MediaReply>ask(
            worker, MediaCommand.GetLoad::new, PATIENCE, system.scheduler())
        .toCompletableFuture();
  }
}
