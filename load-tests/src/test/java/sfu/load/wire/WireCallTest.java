package sfu.load.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sfu.load.ServerProcess;
import sfu.load.client.Channel;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.SessionId;

/** Participants against a real node on loopback. */
class WireCallTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private static ServerProcess server;

  private WireEngine engine;
  private WireCall call;

  @BeforeAll
  static void start() throws Exception {
    server = ServerProcess.start(Map.of("NUM_WORKERS", "1"));
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @BeforeEach
  void open() throws Exception {
    engine = new WireEngine(1);
    call = new WireCall(engine);
  }

  @AfterEach
  void close() throws Exception {
    engine.close();
    assertThat(engine.report().defects()).isEmpty();
  }

  @Test
  void tenHearAndSeeEachOtherWithoutLoss() throws Exception {
    Channel channel = server.channel("ten");
    for (int i = 0; i < 10; i++) {
      ParticipantSettings speaker = somebody(channel, i).speaking();
      call.join(i < 3 ? speaker.showing(StreamType.CAMERA, VideoSettings.SIMULCAST) : speaker);
    }

    call.awaitMediaEverywhere(TIMEOUT);
    call.mark();
    EngineReport before = engine.report();
    awaitReports(reports -> reports.stream().allMatch(r -> r.streams().stream().allMatch(this::hasSeconds)));
    EngineReport after = engine.report();

    System.out.printf(
        "%d packets per processor second of the engine%n%s",
        after.packetsPerCpuSecond(before), call.gaps("a quiet call of ten").table());
    for (ParticipantReport report : call.reports()) {
      assertThat(report.streams()).hasSize(report.id().text().compareTo("3") < 0 ? 9 + 2 : 9 + 3);
      assertThat(report.strayPackets()).isZero();
      for (StreamReport stream : report.streams()) {
        assertThat(stream.link().lost()).as("%s of %s", report.id(), stream.stream()).isZero();
        assertThat(stream.foreign() + stream.missing() + stream.doubles() + stream.incompleteFrames()).isZero();
      }
    }
    JsonNode stats = statsOf(channel);
    assertThat(stats.path("count").asInt()).isEqualTo(10);
    assertThat(stats.path("cameraCount").asInt()).isEqualTo(3);
    // 50 packets a second of 100 bytes and headers each; cameras of 1.45 Mbit/s, key frames and headers besides.
    assertThat(stats.path("incomingBitRate").path("audio").asInt()).isBetween(10 * 35_000, 10 * 75_000);
    assertThat(stats.path("incomingBitRate").path("camera").asInt()).isBetween(3 * 1_000_000, 3 * 2_500_000);
  }

  private boolean hasSeconds(StreamReport stream) {
    return stream.packetsSinceMark() >= 150;
  }

  private static JsonNode statsOf(Channel channel) {
    for (JsonNode each : server.api().stats().join()) {
      if (each.path("uuid").asText().equals(channel.uuid())) {
        return each.path("sessionsStats");
      }
    }
    throw new AssertionError("the channel isn't in the statistics");
  }

  private ParticipantSettings somebody(Channel channel, int id) {
    SessionId sessionId = SessionId.of(id);
    return ParticipantSettings.of(sessionId, server.api().invite(channel, sessionId));
  }

  private List<ParticipantReport> awaitReports(Predicate<List<ParticipantReport>> hoped) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + TIMEOUT.toNanos();
    List<ParticipantReport> reports = call.reports();
    while (!hoped.test(reports)) {
      assertThat(System.nanoTime()).as("%s", reports).isLessThan(deadlineNanos);
      TimeUnit.MILLISECONDS.sleep(20);
      reports = call.reports();
    }
    return reports;
  }
}
