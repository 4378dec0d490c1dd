package sfu.load.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import sfu.protocol.ortc.DtlsParameters;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.Bus;
import sfu.protocol.signal.ClientMessage;
import sfu.protocol.signal.CloseCode;
import sfu.protocol.signal.Inbound;
import sfu.protocol.signal.Json;
import sfu.protocol.signal.ServerMessage;
import sfu.protocol.signal.SessionId;
import sfu.protocol.signal.SessionInfo;

/**
 * A participant's session with the server: credentials, bus, requests in both directions. Its methods may be called
 * from any thread and don't block; futures complete on the {@link ClientLoop}'s thread. It doesn't reconnect: a load
 * engine must see every end.
 */
public final class SfuClient {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /** What the deployed client waits for an answer. */
  private static final long REQUEST_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(5);

  private record ConsumptionChange(SessionId sessionId, Map<StreamType, Boolean> states) {}

  private final ScheduledExecutorService loop;
  private final SessionListener listener;
  private final TextSocket socket;
  private final CompletableFuture<SfuClient> joined = new CompletableFuture<>();

  private final Bus bus = new Bus("c_");
  private final Map<String, CompletableFuture<JsonNode>> answers = new HashMap<>();
  private Future<?> wakeup = CompletableFuture.completedFuture(null);
  private boolean authenticated;
  private boolean ended;

  private SfuClient(ScheduledExecutorService loop, SessionListener listener) {
    this.loop = loop;
    this.listener = listener;
    this.socket = new TextSocket(loop, this::received, this::end);
  }

  /**
   * Connects and authenticates. The result is complete once the server has accepted the token; it fails with
   * {@link SfuException} if the server refuses, and {@link SessionListener#closed} is called with the code.
   */
  public static CompletableFuture<SfuClient> join(Invitation invitation, SessionListener listener, ClientLoop loop) {
    SfuClient client = new SfuClient(loop.thread(), listener);
    loop.http()
        .newWebSocketBuilder()
        .connectTimeout(CONNECT_TIMEOUT)
        .buildAsync(invitation.socketUri(), client.socket)
        .whenCompleteAsync((opened, failure) -> client.opened(opened, failure, invitation), loop.thread());
    return client.joined;
  }

  /** This side's DTLS of the transport it sends on; complete once the server took it. */
  public CompletableFuture<Void> connectCts(DtlsParameters dtlsParameters) {
    return request("CONNECT_CTS_TRANSPORT", new ClientMessage.ConnectCts(dtlsParameters)).thenApply(_ -> null);
  }

  /** This side's DTLS of the transport it receives on; complete once the server took it. */
  public CompletableFuture<Void> connectStc(DtlsParameters dtlsParameters) {
    return request("CONNECT_STC_TRANSPORT", new ClientMessage.ConnectStc(dtlsParameters)).thenApply(_ -> null);
  }

  /** Announces a stream; the result is the producer's id, and fails if the server refused the stream. */
  public CompletableFuture<String> initProducer(StreamType type, RtpParameters rtpParameters) {
    return request("INIT_PRODUCER", new ClientMessage.InitProducer(type, type.kind(), rtpParameters))
        .thenApply(result -> {
          if (result == null || !result.path("id").isTextual()) {
            throw new SfuException("the server refused to take the " + type + " stream");
          }
          return result.path("id").textValue();
        });
  }

  /** Pauses or resumes a stream that this side sends. */
  public void changeProduction(StreamType type, boolean active) {
    send("PRODUCTION_CHANGE", new ClientMessage.ProductionChange(type, active));
  }

  /** Pauses or resumes what this side receives of a session; types that aren't named stay as they are. */
  public void changeConsumption(SessionId sessionId, Map<StreamType, Boolean> states) {
    send("CONSUMPTION_CHANGE", new ConsumptionChange(sessionId, states));
  }

  /** Changes what others see of this side; {@code needRefresh} asks for the info of all others. */
  public void changeInfo(SessionInfo info, boolean needRefresh) {
    send("C_INFO_CHANGE", new ClientMessage.InfoChange(info, needRefresh));
  }

  /** Says something to all others in the channel; anything that can be written as JSON. */
  public void broadcast(Object message) {
    send("BROADCAST", message);
  }

  /** Leaves; {@link SessionListener#closed} follows. */
  public void close() {
    loop.execute(() -> close(CloseCode.CLEAN, "left"));
  }

  /** The listener hears of the end once the goodbye has left, so that it may end the process. */
  private void close(CloseCode code, String reason) {
    if (!ended) {
      fail(code.code(), reason);
      socket.close(code.code()).whenCompleteAsync((_, _) -> listener.closed(code.code(), reason), loop);
    }
  }

  private void opened(WebSocket opened, Throwable failure, Invitation invitation) {
    if (failure != null) {
      end(TextSocket.ABNORMAL, "no connection to " + invitation.socketUri() + ": " + failure);
      return;
    }
    socket.opened(opened);
    if (ended) {
      socket.close(CloseCode.CLEAN.code());
    } else {
      socket.send(invitation.credentials());
    }
  }

  private void received(String frame) {
    if (ended) {
      return;
    }
    if (!authenticated && frame.isEmpty()) {
      authenticated = true;
      joined.complete(this);
    } else if (authenticated) {
      bus.receive(frame).forEach(this::dispatch);
      pump();
    } else {
      close(CloseCode.ERROR, "the server's first frame isn't empty");
    }
  }

  /** A bug of the server's or of the listener's ends this session, not the loop that others share. */
  private void dispatch(Inbound inbound) {
    try {
      switch (inbound) {
        case Inbound.Request(String id, String name, JsonNode payload) -> answer(id, name, payload);
        case Inbound.Message(String name, JsonNode payload) -> notice(name, payload);
        case Inbound.Response(String id, JsonNode result) -> answers.remove(id).complete(result);
        case Inbound.Malformed(String why) -> close(CloseCode.ERROR, "the server sent " + why);
      }
    } catch (RuntimeException e) {
      close(CloseCode.ERROR, e.toString());
    }
  }

  private void answer(String id, String name, JsonNode payload) {
    CompletableFuture<?> result =
        switch (name) {
          case "INIT_TRANSPORTS" ->
              listener.initTransports(this, read(payload, ServerMessage.InitTransports.class));
          case "INIT_CONSUMER" -> listener.initConsumer(this, read(payload, ServerMessage.InitConsumer.class));
          default -> CompletableFuture.completedFuture(null);
        };
    result.whenCompleteAsync(
        (value, failure) -> {
          if (failure != null) {
            close(CloseCode.ERROR, name + " failed here: " + failure);
            return;
          }
          bus.respond(id, value, System.nanoTime());
          pump();
        },
        loop);
  }

  private void notice(String name, JsonNode payload) {
    switch (name) {
      case "BROADCAST" -> {
        ServerMessage.Broadcast broadcast = read(payload, ServerMessage.Broadcast.class);
        listener.broadcast(broadcast.senderId(), broadcast.message());
      }
      case "SESSION_LEAVE" -> listener.sessionLeft(read(payload, ServerMessage.SessionLeave.class).sessionId());
      case "S_INFO_CHANGE" -> {
        Map<String, SessionInfo> infos = new LinkedHashMap<>();
        payload.properties().forEach(info -> infos.put(info.getKey(), SessionInfo.coerce(info.getValue())));
        listener.infoChanged(infos);
      }
      case "MOVE" -> listener.moveAsked();
      case "SESSIONS" -> listener.sessions(read(payload, ServerMessage.Sessions.class).sessionIds());
      // A newer server may say more.
      default -> {}
    }
  }

  private static <T> T read(JsonNode payload, Class<T> type) {
    return Json.read(payload, type)
        .orElseThrow(() -> new SfuException("no " + type.getSimpleName() + " in what the server sent: " + payload));
  }

  private void send(String name, Object payload) {
    loop.execute(() -> {
      if (!ended) {
        bus.send(name, payload, System.nanoTime());
        pump();
      }
    });
  }

  private CompletableFuture<JsonNode> request(String name, Object payload) {
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    loop.execute(() -> {
      if (ended) {
        answer.completeExceptionally(new SfuException(name + " on a session that has ended"));
        return;
      }
      answers.put(bus.request(name, payload, System.nanoTime(), REQUEST_TIMEOUT_NANOS), answer);
      pump();
    });
    return answer;
  }

  /** Sends what is due, fails what wasn't answered in time, and comes back when the bus next wants it. */
  private void pump() {
    if (ended) {
      return;
    }
    long nowNanos = System.nanoTime();
    for (String id : bus.pollTimeouts(nowNanos)) {
      answers.remove(id).completeExceptionally(new SfuException("the server didn't answer within 5 s"));
    }
    String frame = bus.pollFrame(nowNanos);
    while (frame != null) {
      socket.send(frame);
      frame = bus.pollFrame(nowNanos);
    }
    wakeup.cancel(false);
    long deadlineNanos = bus.nextDeadlineNanos(nowNanos);
    if (deadlineNanos != Long.MAX_VALUE) {
      wakeup = loop.schedule(this::pump, Math.max(0, deadlineNanos - nowNanos), TimeUnit.NANOSECONDS);
    }
  }

  private void end(int code, String reason) {
    if (!ended) {
      fail(code, reason);
      listener.closed(code, reason);
    }
  }

  private void fail(int code, String reason) {
    ended = true;
    wakeup.cancel(false);
    SfuException why = new SfuException("the session ended with " + code + " " + reason);
    joined.completeExceptionally(why);
    List.copyOf(answers.values()).forEach(answer -> answer.completeExceptionally(why));
    answers.clear();
  }
}
