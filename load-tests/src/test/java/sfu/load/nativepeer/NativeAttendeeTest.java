package sfu.load.nativepeer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sfu.load.client.Invitation;
import sfu.load.engine.Seat;
import sfu.load.engine.StreamKey;
import sfu.load.engine.StreamQuality;
import sfu.load.engine.VideoSettings;
import sfu.load.nativepeer.PeerEvent.Inbound;
import sfu.load.nativepeer.PeerEvent.Layer;
import sfu.load.nativepeer.PeerEvent.Progress;
import sfu.load.nativepeer.PeerEvent.Received;
import sfu.load.nativepeer.PeerEvent.Transport;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.SessionId;

/** What a participant's peer reports, and what becomes of it. */
class NativeAttendeeTest {

  private static final SessionId OTHER = SessionId.of(2);
  private static final Transport CONNECTED = new Transport("connected", "udp", "client", List.of(), 10, 1_000);

  private final PeerChild child = PeerChild.start(List.of("cat"));
  private final NativeAttendee attendee =
      new NativeAttendee(
          new Seat(
              SessionId.of(1),
              new Invitation(URI.create("http://127.0.0.1:1"), "uuid", "jwt"),
              true,
              Map.of(StreamType.CAMERA, VideoSettings.SINGLE)),
          child,
          0,
          (_, width) -> width == 640 ? 1 : -1);

  NativeAttendeeTest() throws IOException {}

  @AfterEach
  void end() throws InterruptedException {
    child.close();
  }

  @Test
  void itIsConnectedOnceAllThatItSendsIsTakenAndBothWaysStand() {
    attendee.happened(new PeerEvent.Joined());
    attendee.happened(new PeerEvent.Sending(StreamType.AUDIO, "a"));
    attendee.happened(progress(camera("c", 5, 3)));
    assertThat(attendee.report().connected()).isFalse();
    assertThat(attendee.report().state()).isEqualTo("connecting");

    attendee.happened(new PeerEvent.Sending(StreamType.CAMERA, "c"));

    assertThat(attendee.report().connected()).isTrue();
    assertThat(attendee.report().state()).isEqualTo("connected");
  }

  @Test
  void whatIsDecodedIsToldByStream() {
    attendee.happened(progress(camera("c", 100, 50), voice("v", 96_000, 960)));

    StreamQuality seen = attendee.report().of(new StreamKey(OTHER, StreamType.CAMERA)).orElseThrow();
    assertThat(seen.packets()).isEqualTo(100);
    assertThat(seen.frames()).isEqualTo(50);
    assertThat(seen.layer()).isEqualTo(1);
    assertThat(seen.keyFrameNanos()).isEqualTo(7);
    assertThat(seen.silenceNanos()).isGreaterThanOrEqualTo(6);
    assertThat(seen.delayP50Nanos()).isEqualTo(-1);
    StreamQuality heard = attendee.report().of(new StreamKey(OTHER, StreamType.AUDIO)).orElseThrow();
    assertThat(heard.concealedShare()).isCloseTo(0.01, within(1e-9));
    assertThat(heard.keyFrameNanos()).isEqualTo(-1);
    assertThat(heard.layer()).isEqualTo(-1);
  }

  @Test
  void countsOfStreamsThatEndedOrBeganAnewStay() {
    attendee.happened(progress(camera("first", 100, 50)));
    attendee.happened(progress(camera("second", 10, 5)));
    attendee.happened(progress());

    assertThat(attendee.totals().packets()).isEqualTo(110);
    assertThat(attendee.totals().frames()).isEqualTo(55);
    assertThat(attendee.report().streams()).isEmpty();
  }

  @Test
  void firstMediaCountsAsAJoinOnce() {
    assertThat(attendee.takeJoinMicros()).isEmpty();
    attendee.happened(progress(camera("c", 5, 3)));

    assertThat(attendee.takeJoinMicros()).hasValue(4);
    assertThat(attendee.takeJoinMicros()).isEmpty();
    assertThat(attendee.report().firstMediaNanos()).isEqualTo(4_000);
  }

  @Test
  void anEndThatItDidNotAskForIsAFailureWithItsReason() {
    attendee.happened(new PeerEvent.Closed(4109, "full"));

    assertThat(attendee.failed()).isTrue();
    assertThat(attendee.report().inCall()).isFalse();
    assertThat(attendee.report().state()).isEqualTo("closed with 4109 full");
    assertThat(attendee.report().refused()).isTrue();
  }

  @Test
  void whoWasTooSlowWasNotRefused() {
    attendee.happened(new PeerEvent.Closed(4107, "timeout"));

    assertThat(attendee.failed()).isTrue();
    assertThat(attendee.report().refused()).isFalse();
  }

  @Test
  void whoLeftNeitherFailsNorIsLostAfterwards() {
    attendee.leave();
    attendee.happened(new PeerEvent.Closed(1000, "left"));
    attendee.lost("ended with 0");

    assertThat(attendee.failed()).isFalse();
    assertThat(attendee.report().state()).isEqualTo("left");
  }

  @Test
  void whatGoesWrongInACallIsADefectAndTheCallGoesOn() {
    attendee.happened(new PeerEvent.Sending(StreamType.AUDIO, "a"));
    attendee.happened(new PeerEvent.Sending(StreamType.CAMERA, "c"));
    attendee.happened(new PeerEvent.Failed("a bug"));

    assertThat(attendee.inCall()).isTrue();
    assertThat(attendee.defects()).containsExactly("participant 1: a bug");
  }

  @Test
  void anEncoderThatSavesOnTheProcessorCountsAsLongAsItDoes() {
    attendee.happened(sending("cpu"));
    attendee.happened(sending("none"));
    assertThat(attendee.takeLimitedByCpu()).isTrue();
    assertThat(attendee.takeLimitedByCpu()).isFalse();

    attendee.happened(sending("cpu"));
    assertThat(attendee.takeLimitedByCpu()).isTrue();
    assertThat(attendee.takeLimitedByCpu()).isTrue();

    attendee.happened(sending("bandwidth"));
    assertThat(attendee.takeLimitedByCpu()).isTrue();
    assertThat(attendee.takeLimitedByCpu()).isFalse();
  }

  @Test
  void whoLeftIsNotLimitedByTheProcessor() {
    attendee.happened(sending("cpu"));
    attendee.leave();

    assertThat(attendee.takeLimitedByCpu()).isFalse();
  }

  private static Progress sending(String limitation) {
    Layer layer = new Layer("", 10, 640, 360, limitation, 1_000, 1, 0, 0);
    return new Progress(List.of(), new Transport("connected", "udp", "client", List.of(layer), 1, 1), CONNECTED, 0, 0);
  }

  private static Progress progress(Received... received) {
    return new Progress(List.of(received), CONNECTED, CONNECTED, 4_000, 5);
  }

  private static Received camera(String consumerId, long packets, long frames) {
    Inbound inbound = new Inbound(packets, 0, 0, 0, 0, 6, 0, 0, frames, 1, 0, 0, 0, 0, 0, 0);
    return new Received(OTHER, StreamType.CAMERA, frames, 640, 360, 0, 0, consumerId, 7, 8, inbound);
  }

  private static Received voice(String consumerId, long samples, long concealed) {
    Inbound inbound = new Inbound(1, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, samples, concealed, 0);
    return new Received(OTHER, StreamType.AUDIO, 0, 0, 0, samples, 0.1, consumerId, 7, 0, inbound);
  }
}
