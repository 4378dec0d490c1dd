package sfu.node.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCode;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.stream.Materializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sfu.node.cluster.ChannelStats;
import sfu.node.cluster.Cluster;
import sfu.node.config.Config;
import sfu.protocol.jwt.ChannelClaims;
import sfu.protocol.jwt.DisconnectClaims;
import sfu.protocol.jwt.JwtVerifier;
import sfu.protocol.signal.Json;

/** The four routes that an Odoo server calls (protocol.md, section 1). It gives up after 3 s, so all answer sooner. */
final class Api {

  /** What a channel's creator is told. */
  private record ChannelAnswer(String uuid, String url) {}

  private record NoopAnswer(String result) {}

  private record BitRates(long audio, long camera, long screen, long total) {}

  private record SessionsStats(BitRates incomingBitRate, int count, int cameraCount, int screenCount) {}

  private record ChannelEntry(
      String createDate,
      String uuid,
      String remoteAddress,
      SessionsStats sessionsStats,
      @JsonProperty("webRtcEnabled") boolean webRtcEnabled) {}

  private static final Duration BODY_TIMEOUT = Duration.ofSeconds(2);

  /** A JWT that disconnects thousands of sessions fits. */
  private static final long MAX_BODY_BYTES = 64 * 1024;

  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(java.time.ZoneOffset.UTC);

  private static final Logger LOG = LoggerFactory.getLogger(Api.class);

  private final Config config;
  private final Cluster cluster;
  private final JwtVerifier verifier;
  private final InstantSource clock;
  private final ActorSystem<?> system;

  Api(Config config, Cluster cluster, InstantSource clock, ActorSystem<?> system) {
    this.config = config;
    this.cluster = cluster;
    this.clock = clock;
    this.system = system;
    verifier = new JwtVerifier(config.authKey());
  }

  /** The answer of a route, or empty for a path that is none. */
  Optional<CompletionStage<HttpResponse>> handle(HttpRequest request) {
    String method =
        switch (request.getUri().path()) {
          case "/v1/noop", "/v1/stats", "/v1/channel" -> "GET";
          case "/v1/disconnect" -> "POST";
          default -> null;
        };
    // OPTIONS is 404 everywhere: the deployed server knows no CORS.
    if (method == null || Requester.hasMethod(request, "OPTIONS")) {
      return Optional.empty();
    }
    if (!Requester.hasMethod(request, method)) {
      return Optional.of(now(empty(StatusCodes.METHOD_NOT_ALLOWED)));
    }
    return Optional.of(
        switch (request.getUri().path()) {
          case "/v1/noop" -> now(json(new NoopAnswer("ok")));
          case "/v1/stats" -> cluster.stats().thenApply(stats -> json(stats.stream().map(Api::entry).toList()));
          case "/v1/channel" -> channel(request);
          default -> disconnect(request);
        });
  }

  private CompletionStage<HttpResponse> channel(HttpRequest request) {
    Optional<String> token =
        request.getHeader("authorization").map(HttpHeader::value).map(value -> value.strip().split("\\s+", 2)).map(
            words -> words.length == 2 ? words[1] : "");
    if (token.isEmpty()) {
      return now(empty(StatusCodes.UNAUTHORIZED));
    }
    return switch (verifier.verify(token.get(), clock.instant())) {
      case JwtVerifier.Result.Refused(var reason) -> {
        LOG.warn("/v1/channel: token refused: {}", reason);
        yield now(empty(StatusCodes.UNAUTHORIZED));
      }
      case JwtVerifier.Result.Verified(var verified) -> {
        ChannelClaims claims = ChannelClaims.of(verified);
        if (claims.iss() == null) {
          LOG.warn("/v1/channel: a token without iss");
          yield now(empty(StatusCodes.FORBIDDEN));
        }
        Requester requester = Requester.of(request, config);
        var query = request.getUri().query();
        boolean webRtc = !"false".equals(query.get("webRTC").orElse(null));
        yield cluster
            .createChannel(
                requester.remoteAddress(),
                claims.iss(),
                claims.key(),
                webRtc,
                query.get("recordingAddress").orElse(null))
            .thenApply(uuid -> json(new ChannelAnswer(uuid, requester.baseUrl())));
      }
    };
  }

  private CompletionStage<HttpResponse> disconnect(HttpRequest request) {
    if (request.entity().getContentLengthOption().orElse(0) > MAX_BODY_BYTES) {
      return now(empty(StatusCodes.CONTENT_TOO_LARGE));
    }
    return request
        .entity()
        .toStrict(BODY_TIMEOUT.toMillis(), MAX_BODY_BYTES, Materializer.matFromSystem(system))
        .thenApply(entity -> disconnect(request, entity.getData().utf8String().strip()));
  }

  private HttpResponse disconnect(HttpRequest request, String token) {
    if (token.isEmpty()) {
      return empty(StatusCodes.BAD_REQUEST);
    }
    return switch (verifier.verify(token, clock.instant())) {
      case JwtVerifier.Result.Refused(var reason) -> {
        LOG.warn("/v1/disconnect: token refused: {}", reason);
        yield empty(StatusCodes.UNPROCESSABLE_CONTENT);
      }
      case JwtVerifier.Result.Verified(var claims) -> {
        String remoteAddress = Requester.of(request, config).remoteAddress();
        DisconnectClaims.of(claims)
            .sessionIdsByChannel()
            .forEach((uuid, sessions) -> cluster.disconnect(remoteAddress, uuid, sessions));
        yield empty(StatusCodes.OK);
      }
    };
  }

  private static ChannelEntry entry(ChannelStats stats) {
    return new ChannelEntry(
        MILLIS.format(Instant.ofEpochMilli(stats.channel().createdMillis())),
        stats.channel().uuid(),
        stats.channel().remoteAddress(),
        new SessionsStats(
            new BitRates(stats.audioBps(), stats.cameraBps(), stats.screenBps(), stats.totalBps()),
            stats.sessions(),
            stats.cameras(),
            stats.screens()),
        stats.channel().webRtc());
  }

  static HttpResponse json(Object body) {
    return HttpResponse.create()
        .withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, Json.write(body)));
  }

  static HttpResponse empty(StatusCode status) {
    return HttpResponse.create().withStatus(status);
  }

  static CompletionStage<HttpResponse> now(HttpResponse response) {
    return CompletableFuture.completedFuture(response);
  }
}
