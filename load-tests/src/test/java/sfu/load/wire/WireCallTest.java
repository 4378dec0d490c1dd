package sfu.load.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sfu.load.client.Channel;
import sfu.load.client.Invitation;
import sfu.load.engine.Attendee;
import sfu.load.engine.AttendeeReport;
import sfu.load.engine.EngineSample;
import sfu.load.engine.Seat;
import sfu.load.engine.StreamKey;
import sfu.load.engine.StreamQuality;
import sfu.load.engine.VideoCodec;
import sfu.load.engine.VideoSettings;
import sfu.load.server.ServerProcess;
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
      assertThat(report.delayMicros()).hasSameSizeAs(report.streams());
      for (StreamReport stream : report.streams()) {
        assertThat(List.of(
                stream.link().lost(), stream.foreign(), stream.missing(), stream.doubles(), stream.incompleteFrames()))
            .as("lost, foreign, missing, doubled packets, incomplete frames at %s: %s", report.id(), stream)
            .containsOnly(0L);
      }
    }
    JsonNode stats = statsOf(channel);
    assertThat(stats.path("count").asInt()).isEqualTo(10);
    assertThat(stats.path("cameraCount").asInt()).isEqualTo(3);
    // 50 packets a second of 100 bytes and headers each; cameras of 1.45 Mbit/s, key frames and headers besides.
    assertThat(stats.path("incomingBitRate").path("audio").asInt()).isBetween(10 * 35_000, 10 * 75_000);
    assertThat(stats.path("incomingBitRate").path("camera").asInt()).isBetween(3 * 1_000_000, 3 * 2_500_000);
  }

  @ParameterizedTest
  @EnumSource(names = {"VP9", "H264"})
  void otherCodecsFlowAsWell(VideoCodec codec) throws Exception {
    Channel channel = server.channel("in " + codec);
    VideoSettings camera = new VideoSettings(codec, 1280, 720, 30, List.of(150_000, 400_000, 900_000));
    VideoSettings screen = new VideoSettings(codec, 1920, 1080, 5, List.of(600_000));
    call.join(somebody(channel, 1).showing(StreamType.CAMERA, camera).showing(StreamType.SCREEN, screen));
    call.join(somebody(channel, 2));

    call.awaitMediaEverywhere(TIMEOUT);
    call.mark();
    List<ParticipantReport> reports = awaitReports(r -> r.get(1).streams().stream().allMatch(this::hasSeconds));

    for (StreamReport stream : reports.get(1).streams()) {
      assertThat(List.of(
              stream.link().lost(), stream.foreign(), stream.doubles(), stream.incompleteFrames()))
          .as("lost, foreign, doubled packets, incomplete frames: %s", stream)
          .containsOnly(0L);
      assertThat(stream.completeFrames()).isPositive();
    }
  }

  @Test
  void aSeatIsMeasuredAsALoadRunNeedsIt() throws Exception {
    Channel channel = server.channel("seats");
    Attendee anne = engine.join(seat(channel, 1, Map.of(StreamType.CAMERA, VideoSettings.SIMULCAST)));
    Attendee bert = engine.join(seat(channel, 2, Map.of()));
    StreamKey camera = new StreamKey(anne.seat().id(), StreamType.CAMERA);

    AttendeeReport report = awaitReport(bert, r -> r.of(camera).filter(c -> c.frames() > 20).isPresent());
    EngineSample sample = engine.sample();

    assertThat(report.connected() && report.inCall()).isTrue();
    assertThat(report.firstMediaNanos()).isPositive();
    StreamQuality got = report.of(camera).orElseThrow();
    assertThat(List.of(got.lost(), got.repaired(), got.brokenFrames())).containsOnly(0L);
    assertThat(got.keyFrameNanos()).isPositive();
    assertThat(got.delayP50Nanos()).isPositive().isLessThanOrEqualTo(got.delayP99Nanos());
    assertThat(List.of(got.width(), got.height())).isIn(List.of(1280, 720), List.of(640, 360), List.of(320, 180));
    assertThat(List.of(sample.attendees(), sample.connected(), sample.failed(), sample.streams()))
        .containsExactly(2, 2, 0, 3);
    assertThat(sample.joinMicros()).hasSize(2);
    assertThat(sample.lost()).isZero();
    assertThat(sample.packetsIn()).isGreaterThanOrEqualTo(got.packets());
    assertThat(sample.packetsOut()).isGreaterThan(got.packets());
    assertThat(sample.delayMicros().getTotalCount()).isGreaterThanOrEqualTo(got.packets());

    bert.leave();

    assertThat(awaitReport(bert, r -> !r.inCall()).of(camera).orElseThrow().packets())
        .isGreaterThanOrEqualTo(got.packets());
    EngineSample after = engine.sample();
    assertThat(List.of(after.attendees(), after.failed())).containsExactly(1, 0);
    assertThat(after.joinMicros()).isEmpty();
  }

  @Test
  void whoIsNotLetInCountsAsFailed() throws Exception {
    Channel channel = server.channel("refused");
    Invitation forged = new Invitation(channel.url(), channel.uuid(), "a.b.c");
    Attendee stranger = engine.join(new Seat(SessionId.of(1), forged, false, Map.of()));

    assertThat(awaitReport(stranger, report -> !report.inCall()).refused()).isTrue();
    assertThat(engine.sample().failed()).isEqualTo(1);
  }

  private static Seat seat(Channel channel, int id, Map<StreamType, VideoSettings> videos) throws Exception {
    SessionId sessionId = SessionId.of(id);
    return new Seat(sessionId, server.api().invite(channel, sessionId), true, videos);
  }

  private static AttendeeReport awaitReport(Attendee attendee, Predicate<AttendeeReport> hoped)
      throws InterruptedException {
    long deadlineNanos = System.nanoTime() + TIMEOUT.toNanos();
    AttendeeReport report = attendee.report();
    while (!hoped.test(report)) {
      assertThat(System.nanoTime()).as("%s", report).isLessThan(deadlineNanos);
      TimeUnit.MILLISECONDS.sleep(20);
      report = attendee.report();
    }
    return report;
  }

  @Test
  void whoLeavesIsNoticed() throws Exception {
    Channel channel = server.channel("leaving");
    Participant anne = call.join(somebody(channel, 1).speaking());
    call.join(somebody(channel, 2).speaking());
    call.awaitMediaEverywhere(TIMEOUT);

    anne.leave();

    StreamKey voice = new StreamKey(anne.id(), StreamType.AUDIO);
    List<ParticipantReport> reports = awaitReports(r -> !r.get(1).of(voice).orElseThrow().carried());
    assertThat(reports.getFirst().state()).isEqualTo("gone: left");
    assertThat(reports.getFirst().inCall()).isFalse();
    call.awaitMediaEverywhere(TIMEOUT);
  }

  @Test
  void whatIsPausedIsSilentAndComesBack() throws Exception {
    Channel channel = server.channel("pausing");
    Participant anne = call.join(somebody(channel, 1).speaking().showing(StreamType.CAMERA, VideoSettings.SINGLE));
    call.join(somebody(channel, 2).speaking());
    call.awaitMediaEverywhere(TIMEOUT);
    StreamKey camera = new StreamKey(anne.id(), StreamType.CAMERA);

    anne.pause(StreamType.CAMERA, true);
    awaitReports(r -> r.get(1).of(camera).orElseThrow().silenceNanos() > 1_000_000_000L);
    call.awaitMediaEverywhere(TIMEOUT);
    anne.pause(StreamType.CAMERA, false);

    call.awaitMediaEverywhere(TIMEOUT);
  }

  @Test
  void aMessageNamesWhoDoesNotHearWhom() throws Exception {
    Channel channel = server.channel("naming");
    call.join(somebody(channel, 1).speaking());
    call.join(somebody(server.channel("another room"), 2).speaking());

    assertThatThrownBy(() -> call.awaitMediaEverywhere(Duration.ofSeconds(2)))
        .isInstanceOf(NotFlowingException.class)
        .hasMessageContaining("1 was never told of 2's audio")
        .hasMessageContaining("2 was never told of 1's audio");
  }

  @Test
  void aKickIsTheEndForTheDeployedClientAndForOurs() throws Exception {
    Channel channel = server.channel("kicked");
    call.join(somebody(channel, 1).speaking().behaving(Behaviour.STOCK));
    call.join(somebody(channel, 2).speaking().behaving(Behaviour.OURS));
    call.awaitMediaEverywhere(TIMEOUT);

    server.signal("ALRM");

    List<ParticipantReport> reports = awaitReports(r -> r.stream().noneMatch(ParticipantReport::inCall));
    assertThat(reports).allMatch(report -> report.state().startsWith("gone: closed with 4108"));
    assertThat(reports).extracting(ParticipantReport::connections).containsOnly(1);
  }

  @Test
  void afterARestartTheDeployedClientAndOursComeBackAndWhoStaysGoneDoesNot() throws Exception {
    Channel channel = server.channel("restarted");
    call.join(somebody(channel, 1).speaking().behaving(Behaviour.STOCK));
    call.join(somebody(channel, 2).speaking().behaving(Behaviour.OURS));
    call.join(somebody(channel, 3).speaking().behaving(Behaviour.STAY_GONE));
    call.awaitMediaEverywhere(TIMEOUT);

    call.mark();
    server.restart();
    // The longer a busy machine takes for it, the longer the deployed client waits until it tries again.
    call.awaitAllFlowingAgain(TIMEOUT.multipliedBy(3));

    List<ParticipantReport> reports = call.reports();
    assertThat(reports).extracting(ParticipantReport::inCall).containsExactly(true, true, false);
    assertThat(reports.getFirst().connections()).isGreaterThan(1);
    assertThat(reports).allMatch(report -> report.closeCodes().contains(1001) || report.closeCodes().contains(1006));
    GapReport gaps = call.gaps("the node restarts");
    System.out.print(gaps.table());
    // The deployed client waits for 1.5 s at least.
    assertThat(gaps.spread(StreamType.AUDIO).minNanos()).isGreaterThan(1_500_000_000L);
  }

  @Test
  void aSocketThatBreaksIsReplacedByAnotherByTheAddressesGiven() throws Exception {
    Channel channel = server.channel("cut");
    try (CuttableRelay relay = new CuttableRelay(channel.url())) {
      List<URI> byRelay = List.of(relay.url());
      call.join(somebody(channel, 1).speaking().behaving(Behaviour.STOCK).by(byRelay));
      call.join(somebody(channel, 2).speaking().behaving(Behaviour.OURS).by(byRelay));
      call.join(somebody(channel, 3).speaking().behaving(Behaviour.STAY_GONE));
      call.awaitMediaEverywhere(TIMEOUT);

      relay.cut();

      List<ParticipantReport> reports =
          awaitReports(r -> r.stream().limit(2).allMatch(p -> p.mediaSetups() == 2 && p.connected()));
      call.awaitMediaEverywhere(TIMEOUT);
      assertThat(reports).extracting(ParticipantReport::closeCodes)
          .containsExactly(List.of(1006), List.of(1006), List.of());
    }
  }

  @Test
  void aMoveIsFollowedToANewConnection() throws Exception {
    Channel channel = server.channel("moved");
    Participant anne = call.join(somebody(channel, 1).speaking().behaving(Behaviour.OURS));
    call.join(somebody(channel, 2).speaking().showing(StreamType.CAMERA, VideoSettings.SIMULCAST));
    call.awaitMediaEverywhere(TIMEOUT);

    anne.followMove();

    awaitReports(r -> r.getFirst().connections() == 2 && r.getFirst().connected());
    call.awaitMediaEverywhere(TIMEOUT);
    assertThat(call.reports().getFirst().mediaSetups()).isEqualTo(2);
  }

  @Test
  void mediaThatIsSetUpAnewTakesOverWithoutALostPacket() throws Exception {
    Channel channel = server.channel("set up anew");
    SessionId anne = SessionId.of(1);
    Invitation shadow = server.api().invite(channel, SessionId.of("anne, moved"));
    try (TwoSessionBus bus = new TwoSessionBus(server.api().invite(channel, anne), shadow)) {
      call.join(ParticipantSettings.of(anne, bus.invitation()).speaking().behaving(Behaviour.OURS));
      Participant bert = call.join(somebody(channel, 2).speaking().showing(StreamType.CAMERA, VideoSettings.SIMULCAST));
      call.awaitMediaEverywhere(TIMEOUT);
      StreamKey voice = new StreamKey(bert.id(), StreamType.AUDIO);

      bus.move();

      awaitReports(r -> r.getFirst().mediaSetups() == 2 && r.getFirst().state().equals("connected"));
      call.mark();
      List<ParticipantReport> reports =
          awaitReports(r -> r.getFirst().of(voice).orElseThrow().packetsSinceMark() >= 25);
      assertThat(reports.getFirst().connections()).isEqualTo(1);
      assertThat(reports.getFirst().of(voice).orElseThrow().missing()).isZero();
      assertThat(reports.getFirst().of(voice).orElseThrow().doubles()).isPositive();
      assertThat(reports.getFirst().of(new StreamKey(bert.id(), StreamType.CAMERA)).orElseThrow().carried()).isTrue();
    }
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
