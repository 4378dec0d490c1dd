package sfu.load.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import sfu.load.client.ChannelApi;
import sfu.protocol.signal.Json;

/** One node of a cluster, in a process of its own, and what can be done to it. */
public final class NodeProcess {

  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(3);

  private final String name;
  private final Process process;
  private final URI api;
  private final URI management;
  private final Path log;
  private final HttpClient http;
  private final byte[] authKey;

  NodeProcess(String name, Process process, URI api, URI management, Path log, HttpClient http, byte[] authKey) {
    this.name = name;
    this.process = process;
    this.api = api;
    this.management = management;
    this.log = log;
    this.http = http;
    this.authKey = authKey;
  }

  public String name() {
    return name;
  }

  /** Where its HTTP API and its WebSockets are. */
  public URI url() {
    return api;
  }

  /** Its HTTP API, with the cluster's key. */
  public ChannelApi api() {
    return new ChannelApi(http, api, authKey);
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Whether it takes calls: in the cluster, and all of it up. */
  public boolean isReady() throws InterruptedException {
    return process.isAlive() && get("/ready").map(response -> response.statusCode() == 200).orElse(false);
  }

  /** The members that it sees as up. */
  public int membersUp() throws InterruptedException {
    int up = 0;
    JsonNode members = get("/cluster/members").flatMap(r -> Json.parse(r.body())).orElse(null);
    if (members != null) {
      for (JsonNode member : members.path("members")) {
        up += member.path("status").asText().equals("Up") ? 1 : 0;
      }
    }
    return up;
  }

  /** Whether a shard of channels runs on it. */
  public boolean hasShard(int shard) throws InterruptedException {
    JsonNode shards = get("/cluster/shards/room").flatMap(r -> Json.parse(r.body())).orElse(null);
    if (shards != null) {
      for (JsonNode region : shards.path("regions")) {
        if (region.path("shardId").asText().equals(Integer.toString(shard))) {
          return true;
        }
      }
    }
    return false;
  }

  /** Dies without a word. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Hangs: nothing of it runs until {@link #resume}. */
  public void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  public void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  /** Asks it to end; it leaves its calls to the others first. */
  public void terminate() {
    process.destroy();
  }

  /** Asks it to leave the cluster, as an operator does by the management port. */
  public void leave() throws IOException, InterruptedException {
    JsonNode members = get("/cluster/members").flatMap(r -> Json.parse(r.body())).orElseThrow();
    URI member = management.resolve("/cluster/members/" + members.path("selfNode").asText());
    HttpResponse<String> answer =
        http.send(HttpRequest.newBuilder(member).DELETE().timeout(CALL_TIMEOUT).build(), BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(name + " answers " + answer.statusCode() + " when asked to leave: " + answer.body());
    }
  }

  /** Waits for its end. Gives its exit code. */
  public int awaitEnd(Duration timeout) throws InterruptedException {
    if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException(name + " hasn't ended within " + timeout + ":\n" + logged());
    }
    return process.exitValue();
  }

  /** What it logged so far, for messages about failures. */
  public String logged() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return "its log can't be read: " + e;
    }
  }

  /** Ends it in whatever state it is. */
  void discard() throws IOException, InterruptedException {
    process.destroyForcibly().waitFor();
    Files.deleteIfExists(log);
  }

  private void signal(String signal) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).inheritIO().start().waitFor();
  }

  private Optional<HttpResponse<String>> get(String path) throws InterruptedException {
    try {
      HttpRequest request = HttpRequest.newBuilder(management.resolve(path)).timeout(CALL_TIMEOUT).build();
      return Optional.of(http.send(request, BodyHandlers.ofString()));
    } catch (IOException _) {
      return Optional.empty();
    }
  }
}
