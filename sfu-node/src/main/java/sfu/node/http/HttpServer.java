package sfu.node.http;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.impl.engine.ws.UpgradeToWebSocketLowLevel;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.headers.Connection;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.scaladsl.model.EntityStreamException;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Flow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;
import sfu.node.cluster.Cluster;
import sfu.node.config.Config;

/** Serves the HTTP API, WebSockets on any path and, if there is one, the demo. */
public final class HttpServer {

  /** The longest message of a client: INIT_PRODUCER has some 5 KB. MAX_BUF_IN can lower it. */
  private static final int MAX_MESSAGE_BYTES = 1 << 20;

  private static final Duration STOP = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

  private final Config config;
  private final Cluster cluster;
  private final Api api;
  private final Optional<Demo> demo;
  private final ActorSystem<?> system;

  private HttpServer(
      Config config, Cluster cluster, Optional<Demo> demo, InstantSource clock, ActorSystem<?> system) {
    this.config = config;
    this.cluster = cluster;
    this.demo = demo;
    this.system = system;
    api = new Api(config, cluster, clock, system);
  }

  /** Binds HTTP_INTERFACE and PORT; fails with a {@link org.apache.pekko.stream.BindFailedException} if that is taken. */
  public static CompletionStage<ServerBinding> start(
      Config config, Cluster cluster, Optional<Demo> demo, InstantSource clock, ActorSystem<?> system) {
    HttpServer server = new HttpServer(config, cluster, demo, clock, system);
    return Http.get(system)
        .newServerAt(config.http().bind().getHostAddress(), config.http().port())
        .bind(server::handle);
  }

  /** Ends what {@link #start} began: requests under way are answered. */
  public static CompletionStage<Done> stop(ServerBinding binding) {
    return binding.terminate(STOP).thenApply(_ -> Done.getInstance());
  }

  private CompletionStage<HttpResponse> handle(HttpRequest request) {
    if (cluster.isLeaving()) {
      // Over a connection that was there before: a proxy tries another node, and this one no more.
      request.entity().discardBytes(Materializer.matFromSystem(system));
      return Api.now(Api.empty(StatusCodes.SERVICE_UNAVAILABLE).addHeader(Connection.create("close")));
    }
    var upgrade = request.getAttribute(AttributeKeys.webSocketUpgrade);
    if (upgrade.isPresent()) {
      return Api.now(webSocket((UpgradeToWebSocketLowLevel) upgrade.get()));
    }
    CompletionStage<HttpResponse> answer =
        api.handle(request)
            .or(() -> demo.flatMap(d -> d.handle(request)))
            .orElseGet(() -> Api.now(Api.empty(StatusCodes.NOT_FOUND)));
    return answer
        .exceptionally(failure -> failed(request, failure))
        .thenApply(
            response -> {
              // A body nobody read would hold the connection until it times out.
              request.entity().discardBytes(Materializer.matFromSystem(system));
              return response;
            });
  }

  private HttpResponse webSocket(UpgradeToWebSocketLowLevel upgrade) {
    int maxMessageBytes = (int) Math.min(MAX_MESSAGE_BYTES, config.limits().maxBufferInBytes());
    WebSocketStage stage =
        new WebSocketStage(cluster.gateways(), maxMessageBytes, config.limits().maxBufferOutBytes());
    return upgrade.handleFrames(Flow.fromGraph(stage).mapMaterializedValue(unused -> (Object) unused), Option.empty());
  }

  private static HttpResponse failed(HttpRequest request, Throwable failure) {
    Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    if (cause instanceof EntityStreamSizeException) {
      return Api.empty(StatusCodes.CONTENT_TOO_LARGE);
    }
    if (cause instanceof EntityStreamException) {
      return Api.empty(StatusCodes.BAD_REQUEST);
    }
    String path = request.getUri().path();
    if (cause instanceof TimeoutException) {
      LOG.error("{}: no answer from the cluster in time", path);
      return Api.empty(StatusCodes.SERVICE_UNAVAILABLE);
    }
    LOG.error("{} failed", path, cause);
    return Api.empty(StatusCodes.INTERNAL_SERVER_ERROR);
  }
}
