package sfu.node.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import sfu.node.media.MediaCommand;
import sfu.node.media.MediaReply;
import sfu.protocol.signal.Bus;
import sfu.protocol.signal.Inbound;
import sfu.protocol.signal.ServerMessage;

/**
 * How the parts of a session speak: over the bus to the client, to the media worker, and to themselves later. What is
 * given to be done on an answer runs in the session, like everything here.
 */
final class Lines {

  private record Pending(Consumer<JsonNode> onAnswer, Runnable onTimeout) {}

  private enum Key {
    BUS
  }

  private final ActorContext<Session.Command> context;
  private final TimerScheduler<Session.Command> timers;
  private final LongSupplier nanoClock;
  private final ActorRef<Gateway.Command> gateway;
  private final Bus bus;
  private final Map<String, Pending> pending = new HashMap<>();
  private ActorRef<MediaCommand> worker;
  private long scheduledNanos = Long.MAX_VALUE;

  Lines(
      ActorContext<Session.Command> context,
      TimerScheduler<Session.Command> timers,
      LongSupplier nanoClock,
      Session.Join join) {
    this.context = context;
    this.timers = timers;
    this.nanoClock = nanoClock;
    this.gateway = join.gateway();
    // Answers to the session that this socket had before are none to this one.
    this.bus = new Bus("s_" + join.incarnation() + "_");
  }

  void worker(ActorRef<MediaCommand> carrying) {
    worker = carrying;
  }

  void notice(ServerMessage.Notice notice) {
    bus.send(notice, nanoClock.getAsLong());
  }

  void request(
      ServerMessage.Request request, Duration timeout, Consumer<JsonNode> onAnswer, Runnable onTimeout) {
    String id = bus.request(request, nanoClock.getAsLong(), timeout.toNanos());
    pending.put(id, new Pending(onAnswer, onTimeout));
  }

  /**
   * Answers a request of the client; {@code requestId} is null if it wanted no answer, {@code result} if there is none.
   */
  void respond(String requestId, Object result) {
    if (requestId != null) {
      bus.respond(requestId, result, nanoClock.getAsLong());
    }
  }

  /** Reads a frame of the client; answers go to who asked, all else is returned. */
  List<Inbound> receive(String frame) {
    List<Inbound> rest = new ArrayList<>();
    for (Inbound inbound : bus.receive(frame)) {
      if (inbound instanceof Inbound.Response(var id, var result)) {
        Pending asked = pending.remove(id);
        if (asked != null) {
          asked.onAnswer().accept(result);
        }
      } else {
        rest.add(inbound);
      }
    }
    return rest;
  }

  /** Sends what is due and sees to it that the rest will be; to be called after everything that may have spoken. */
  void flush() {
    for (String id : bus.pollTimeouts(nanoClock.getAsLong())) {
      Pending asked = pending.remove(id);
      if (asked != null) {
        asked.onTimeout().run();
      }
    }
    long nowNanos = nanoClock.getAsLong();
    for (String frame = bus.pollFrame(nowNanos); frame != null; frame = bus.pollFrame(nowNanos)) {
      gateway.tell(new Gateway.Send(frame));
    }
    long deadlineNanos = bus.nextDeadlineNanos(nowNanos);
    if (deadlineNanos != scheduledNanos) {
      scheduledNanos = deadlineNanos;
      if (deadlineNanos == Long.MAX_VALUE) {
        timers.cancel(Key.BUS);
      } else {
        after(Key.BUS, Duration.ofNanos(Math.max(0, deadlineNanos - nowNanos)), () -> scheduledNanos = Long.MAX_VALUE);
      }
    }
  }

  void tellWorker(MediaCommand command) {
    if (worker != null) {
      worker.tell(command);
    }
  }

  /** Asks the worker; no answer in time counts as {@link MediaReply.Failed}. */
  void askWorker(Function<ActorRef<MediaReply>, MediaCommand> question, Consumer<MediaReply> onReply) {
    askWorker(Timings.WORKER, question, onReply);
  }

  void askWorker(
      Duration timeout, Function<ActorRef<MediaReply>, MediaCommand> question, Consumer<MediaReply> onReply) {
    context.ask(
        MediaReply.class,
        worker,
        timeout,
        question::apply,
        (reply, failure) -> {
          MediaReply answer = reply == null ? new MediaReply.Failed("the media worker didn't answer") : reply;
          return new Session.Resume(() -> onReply.accept(answer));
        });
  }

  /** Runs a step later, unless {@code key} is cancelled or used anew before. */
  void after(Object key, Duration delay, Runnable step) {
    timers.startSingleTimer(key, new Session.Resume(step), delay);
  }

  void cancel(Object key) {
    timers.cancel(key);
  }
}
