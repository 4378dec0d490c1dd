package sfu.node.ops;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;

/** {@link Readiness} as Pekko Management asks for it; named in node.conf. Membership it asks itself. */
public final class ReadinessCheck implements Supplier<CompletionStage<Boolean>> {

  private final Readiness readiness;

  public ReadinessCheck(ActorSystem system) {
    readiness = Readiness.get(Adapter.toTyped(system));
  }

  @Override
  public CompletionStage<Boolean> get() {
    return CompletableFuture.completedFuture(readiness.state() == Readiness.State.READY);
  }
}
