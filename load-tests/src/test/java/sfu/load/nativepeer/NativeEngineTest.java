package sfu.load.nativepeer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sfu.load.client.Channel;
import sfu.load.engine.Attendee;
import sfu.load.engine.AttendeeReport;
import sfu.load.engine.EngineSample;
import sfu.load.engine.Seat;
import sfu.load.engine.StreamKey;
import sfu.load.engine.StreamQuality;
import sfu.load.engine.VideoCodec;
import sfu.load.engine.VideoSettings;
import sfu.load.server.ServerOfTests;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.SessionId;

/** Native participants of the load tests at a real server. */
class NativeEngineTest {

  private static final SessionId ANNE = SessionId.of(1);
  private static final SessionId BERT = SessionId.of("two");
  private static final SessionId CLARA = SessionId.of(3);
  private static final int MORE_FRAMES = 10;

  @RegisterExtension
  private static final ServerOfTests SERVER = new ServerOfTests();

  private final Changes changes = new Changes();

  @Test
  void eachDecodesAllOthersUntilAProcessIsLostWithWhomeverItHas() throws Exception {
    Channel channel = SERVER.get().channel("three natives");
    try (NativeEngine engine = engine(2)) {
      List<Attendee> all = new ArrayList<>();
      all.add(engine.join(seat(channel, ANNE, camera(VideoCodec.VP8, 640, 360))));
      all.add(engine.join(seat(channel, BERT, camera(VideoCodec.H264, 320, 180))));
      all.add(engine.join(seat(channel, CLARA, camera(VideoCodec.VP9, 480, 270))));
      await(all, () -> all.stream().allMatch(receiver -> getsAllOf(receiver, all)));

      assertThat(engine.pids()).hasSize(2);
      assertThat(sessionsStats(channel).path("count").asInt()).isEqualTo(3);
      assertThat(sessionsStats(channel).path("cameraCount").asInt()).isEqualTo(3);
      assertThatCountsAgree(engine, all);
      assertThat(all).allSatisfy(attendee -> {
        assertThat(report(attendee).connected()).isTrue();
        assertThat(report(attendee).firstMediaNanos()).isPositive();
        assertThat(report(attendee).streams()).allSatisfy(NativeEngineTest::assertPlausible);
      });

      long seenBefore = camera(all.getFirst(), BERT).frames();
      ProcessHandle.of(engine.pids()[1]).orElseThrow().destroyForcibly();
      await(all, () -> !report(all.getLast()).inCall()
          && all.stream().limit(2).allMatch(attendee -> report(attendee).streams().size() == 2)
          && camera(all.getFirst(), BERT).frames() > seenBefore + MORE_FRAMES);

      assertThat(report(all.getLast()).state()).isEqualTo("its process ended with 137 (signal 9)");
      EngineSample sample = engine.sample();
      assertThat(sample.attendees()).isEqualTo(2);
      assertThat(sample.failed()).isEqualTo(1);
      assertThat(sample.streams()).isEqualTo(4);
      assertThat(sample.defects()).anyMatch(defect -> defect.startsWith("a process of 1 native peers ended with 137"));
      assertThat(engine.pids()).hasSize(1);
    }
  }

  @Test
  void whoCantSendWhatItIsToSendIsRefusedWithTheReason() throws Exception {
    Channel channel = SERVER.get().channel("too small");
    VideoSettings small = new VideoSettings(VideoCodec.VP8, 640, 360, 15, List.of(100_000, 200_000, 400_000));
    try (NativeEngine engine = engine(1)) {
      Attendee anne = engine.join(seat(channel, ANNE, small));

      await(List.of(anne), () -> !report(anne).inCall());

      assertThat(report(anne).state()).startsWith("3 layers need a larger picture than 640x360");
      assertThat(engine.sample().failed()).isEqualTo(1);
    }
  }

  @Test
  void aProcessThatSaysNothingIsKilledAndReported() throws Exception {
    Channel channel = SERVER.get().channel("hung");
    try (NativeEngine engine = new NativeEngine(List.of("sleep", "600"), 1, Duration.ofMillis(300), changes)) {
      Attendee anne = engine.join(seat(channel, ANNE, VideoSettings.SINGLE));

      await(List.of(anne), () -> !report(anne).inCall());

      assertThat(report(anne).state()).isEqualTo("its process said nothing for 0.3 s and was killed");
      assertThat(engine.pids()).isEmpty();
    }
  }

  private NativeEngine engine(int peersPerProcess) {
    return new NativeEngine(PeerChild.nativeCommand(), peersPerProcess, NativeEngine.SILENCE, changes);
  }

  private static Seat seat(Channel channel, SessionId id, VideoSettings camera) {
    return new Seat(id, SERVER.get().api().invite(channel, id), true, Map.of(StreamType.CAMERA, camera));
  }

  private static VideoSettings camera(VideoCodec codec, int width, int height) {
    return new VideoSettings(codec, width, height, 15, List.of(300_000));
  }

  private static JsonNode sessionsStats(Channel channel) {
    for (JsonNode entry : SERVER.get().api().stats().join()) {
      if (entry.path("uuid").asText().equals(channel.uuid())) {
        return entry.path("sessionsStats");
      }
    }
    throw new AssertionError("no statistics of the channel");
  }

  private static boolean getsAllOf(Attendee receiver, List<Attendee> all) {
    return all.stream().filter(other -> other != receiver).allMatch(other -> gets(receiver, other));
  }

  private static boolean gets(Attendee receiver, Attendee other) {
    VideoSettings sent = other.seat().videos().get(StreamType.CAMERA);
    SessionId id = other.seat().id();
    return report(receiver).of(new StreamKey(id, StreamType.CAMERA))
            .filter(seen -> seen.width() == sent.width() && seen.height() == sent.height())
            .filter(seen -> seen.frames() > MORE_FRAMES && seen.layer() == 0)
            .isPresent()
        && report(receiver).of(new StreamKey(id, StreamType.AUDIO)).filter(heard -> heard.packets() > 0).isPresent()
        && ((NativeAttendee) receiver).progress().of(id, StreamType.AUDIO)
            .filter(heard -> heard.samples() > 0 && heard.audioLevel() > Call.AUDIBLE)
            .isPresent();
  }

  private static void assertPlausible(StreamQuality stream) {
    assertThat(stream.bytes()).isGreaterThan(stream.packets());
    assertThat(stream.jitterNanos()).isNotNegative();
    assertThat(stream.silenceNanos()).isNotNegative();
    assertThat(stream.concealedShare()).isBetween(0.0, 1.0);
    assertThat(stream.keyFrameNanos() > 0).isEqualTo(stream.stream().type() == StreamType.CAMERA);
  }

  /** The sum over all participants lies between two looks at each of them. */
  private static void assertThatCountsAgree(NativeEngine engine, List<Attendee> all) {
    long atLeast = sum(all);
    EngineSample sample = engine.sample();
    assertThat(sample.packetsIn()).isBetween(atLeast, sum(all));
    assertThat(sample.attendees()).isEqualTo(3);
    assertThat(sample.connected()).isEqualTo(3);
    assertThat(sample.streams()).isEqualTo(3 * 2 * 2);
    assertThat(sample.packetsOut()).isPositive();
    assertThat(sample.cpuNanos()).isPositive();
    assertThat(sample.joinMicros()).hasSize(3);
  }

  private static long sum(List<Attendee> all) {
    return all.stream()
        .flatMap(attendee -> report(attendee).streams().stream())
        .mapToLong(StreamQuality::packets)
        .sum();
  }

  private static StreamQuality camera(Attendee receiver, SessionId id) {
    return report(receiver).of(new StreamKey(id, StreamType.CAMERA)).orElseThrow();
  }

  private static AttendeeReport report(Attendee attendee) {
    return ((NativeAttendee) attendee).report();
  }

  private void await(List<Attendee> all, BooleanSupplier condition) throws InterruptedException {
    if (!changes.await(condition)) {
      throw new AssertionError(
          all.stream()
                  .map(attendee -> "\n" + report(attendee) + "\n" + ((NativeAttendee) attendee).progress())
                  .collect(Collectors.joining())
              + "\nserver: " + SERVER.get().logged());
    }
  }

  /** Lets a test look again whenever something happened to a peer. */
  private static final class Changes implements Runnable {

    @Override
    public synchronized void run() {
      notifyAll();
    }

    /** Whether this holds within the time that a busy machine may take. */
    synchronized boolean await(BooleanSupplier condition) throws InterruptedException {
      long deadlineNanos = System.nanoTime() + Call.TIMEOUT.toNanos();
      while (!condition.getAsBoolean()) {
        long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
        if (leftMillis <= 0) {
          return false;
        }
        wait(leftMillis);
      }
      return true;
    }
  }
}
