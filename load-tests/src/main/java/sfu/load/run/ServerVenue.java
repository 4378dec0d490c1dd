package sfu.load.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import sfu.load.client.Channel;
import sfu.load.client.ChannelApi;
import sfu.load.client.Invitation;
import sfu.load.client.SfuException;
import sfu.protocol.signal.SessionId;

/** A server by its HTTP API and, if that runs here, its processes. */
final class ServerVenue implements Venue {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

  private final String name;
  private final URI url;
  private final ChannelApi api;
  private final Optional<ServerProbe> probe;
  private final Counts counts;

  /** Asks a server for {@link Venue#counts}. */
  interface Counts {
    Map<String, Long> read() throws InterruptedException;
  }

  /** One that runs already, under the name of its address. */
  static ServerVenue of(Remote remote) {
    return new ServerVenue(remote.url().toString(), remote.url(), remote.key(), remote.pid(), Map::of);
  }

  ServerVenue(String name, URI url, byte[] key, OptionalLong pid, Counts counts) {
    this.counts = counts;
    this.name = name;
    this.url = url;
    this.api = new ChannelApi(HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build(), url, key);
    this.probe = pid.isPresent() ? Optional.of(new ServerProbe(pid.getAsLong())) : Optional.empty();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<Long> processes() {
    return probe.map(ServerProbe::pids).orElse(List.of());
  }

  /** @throws UnreachableException if nothing there speaks this protocol */
  void greet() throws InterruptedException {
    answer(api.stats(), "/v1/stats");
  }

  @Override
  public Channel open(String issuer) throws InterruptedException {
    return answer(api.channel(issuer, true), "/v1/channel");
  }

  @Override
  public Invitation invite(Channel channel, SessionId id) {
    return api.invite(channel, id);
  }

  @Override
  public Optional<ServerProbe.Usage> usage() {
    return probe.flatMap(ServerProbe::read);
  }

  @Override
  public Map<String, Long> counts() throws InterruptedException {
    return counts.read();
  }

  @Override
  public List<Census> census(List<Channel> channels) throws InterruptedException {
    Map<String, Census> known = new HashMap<>();
    for (JsonNode channel : answer(api.stats(), "/v1/stats")) {
      JsonNode stats = channel.path("sessionsStats");
      known.put(
          channel.path("uuid").asText(),
          new Census(
              stats.path("count").asInt(),
              stats.path("cameraCount").asInt(),
              stats.path("screenCount").asInt(),
              stats.path("incomingBitRate").path("total").asDouble()));
    }
    return channels.stream().map(channel -> known.getOrDefault(channel.uuid(), Census.NONE)).toList();
  }

  private <T> T answer(CompletableFuture<T> asked, String path) throws InterruptedException {
    try {
      return asked.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      // The library's own message already says what was answered; those of the HTTP client often say nothing.
      String why = cause instanceof SfuException ? cause.getMessage() : path + " isn't answered: " + cause;
      String hint = why.contains(" 401 ") ? " (is this the server's AUTH_KEY?)" : "";
      throw new UnreachableException(url + ": " + why + hint);
    }
  }
}
