package sfu.node.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.Location;
import sfu.node.cluster.Cluster;
import sfu.node.config.Config;
import sfu.protocol.jwt.JwtSigner;

/**
 * The call page and its tokens, in demo mode only: whoever reaches it gets into any demo channel.
 *
 * <p>{@code /demo/…} are the files of a folder, read once at start; {@code /demo/token?channel=…&name=…} gives what the
 * page needs to join.
 */
public final class Demo {

  private record Token(String url, String jwt, String channelUUID, long sessionId) {}

  private record Page(ContentType type, byte[] bytes) {}

  private static final String PREFIX = "/demo/";
  private static final int MAX_NAME_LENGTH = 100;
  private static final long TOKEN_SECONDS = 8 * 3600;

  /** Where demo channels come from; no requester has this address. */
  private static final String REMOTE_ADDRESS = "demo";

  private final Map<String, Page> pages;
  private final Config config;
  private final Cluster cluster;
  private final InstantSource clock;
  private final JwtSigner signer;

  private Demo(Map<String, Page> pages, Config config, Cluster cluster, InstantSource clock) {
    this.pages = pages;
    this.config = config;
    this.cluster = cluster;
    this.clock = clock;
    signer = new JwtSigner(config.authKey());
  }

  /** Reads the files of {@code folder}. */
  public static Demo of(Path folder, Config config, Cluster cluster, InstantSource clock) throws IOException {
    Map<String, Page> pages = new HashMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(file).toString().replace('\\', '/');
        pages.put(PREFIX + name, new Page(type(name), Files.readAllBytes(file)));
      }
    }
    if (pages.containsKey(PREFIX + "index.html")) {
      pages.put(PREFIX, pages.get(PREFIX + "index.html"));
    }
    return new Demo(Map.copyOf(pages), config, cluster, clock);
  }

  Optional<CompletionStage<HttpResponse>> handle(HttpRequest request) {
    String path = request.getUri().path();
    if (!Requester.hasMethod(request, "GET")) {
      return Optional.empty();
    }
    if (path.equals("/") || path.equals("/demo")) {
      return Optional.of(
          Api.now(Api.empty(StatusCodes.FOUND).addHeader(Location.create(PREFIX))));
    }
    if (path.equals(PREFIX + "token")) {
      return Optional.of(token(request));
    }
    return Optional.ofNullable(pages.get(path))
        .map(
            page ->
                Api.now(
                    HttpResponse.create().withEntity(HttpEntities.create(page.type(), page.bytes()))));
  }

  private CompletionStage<HttpResponse> token(HttpRequest request) {
    String channel = request.getUri().query().get("channel").orElse("");
    String name = request.getUri().query().get("name").orElse("");
    if (channel.isBlank() || channel.length() > MAX_NAME_LENGTH || name.length() > MAX_NAME_LENGTH) {
      return Api.now(Api.empty(StatusCodes.BAD_REQUEST));
    }
    return cluster
        .createChannel(REMOTE_ADDRESS, channel, null, true, null)
        .thenApply(
            uuid -> {
              // JavaScript numbers tell apart integers up to 2^53.
              long sessionId = ThreadLocalRandom.current().nextLong(1, 1L << 53);
              String jwt =
                  signer.sign(
                      Map.of(
                          "sfu_channel_uuid", uuid,
                          "session_id", sessionId,
                          "label", name,
                          "exp", clock.instant().getEpochSecond() + TOKEN_SECONDS));
              return Api.json(new Token(Requester.of(request, config).baseUrl(), jwt, uuid, sessionId));
            });
  }

  private static ContentType type(String name) {
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "html" -> ContentTypes.TEXT_HTML_UTF8;
      case "js" -> MediaTypes.APPLICATION_JAVASCRIPT.toContentType(HttpCharsets.UTF_8);
      case "css" -> MediaTypes.TEXT_CSS.toContentType(HttpCharsets.UTF_8);
      case "svg" -> MediaTypes.IMAGE_SVG_XML.toContentType();
      case "json", "map" -> ContentTypes.APPLICATION_JSON;
      case "txt" -> ContentTypes.TEXT_PLAIN_UTF8;
      case "png" -> MediaTypes.IMAGE_PNG.toContentType();
      default -> ContentTypes.APPLICATION_OCTET_STREAM;
    };
  }
}
