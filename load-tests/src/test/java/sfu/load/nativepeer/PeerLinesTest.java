package sfu.load.nativepeer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sfu.load.engine.VideoSettings;
import sfu.load.sdp.DtlsRole;
import sfu.load.sdp.IceProtocol;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.SessionId;

/** What goes over the pipes comes out as it went in. */
class PeerLinesTest {

  @ParameterizedTest
  @MethodSource("commands")
  void commandsSurviveTheirLine(PeerCommand command) throws JsonProcessingException {
    PeerLine<PeerCommand> line = new PeerLine<>(3, command);

    assertThat(PeerLine.read(line(line), PeerCommand.class)).isEqualTo(line);
  }

  @ParameterizedTest
  @MethodSource("events")
  void eventsSurviveTheirLine(PeerEvent event) throws JsonProcessingException {
    PeerLine<PeerEvent> line = new PeerLine<>(0, event);

    assertThat(PeerLine.read(line(line), PeerEvent.class)).isEqualTo(line);
  }

  @Test
  void aProgramThatIsOnePeerAloneNeedsNoNumberAndNoStatistics() throws JsonProcessingException {
    String line = """
        {"event": "progress", "send": {"state": "connected", "layers": []}, "receive": {"layers": []},
         "received": [{"sessionId": 7, "type": "camera", "frames": 3, "width": 640, "height": 360}]}""";

    PeerLine<PeerEvent> read = PeerLine.read(line, PeerEvent.class);

    assertThat(read.peer()).isZero();
    assertThat(((PeerEvent.Progress) read.message()).of(SessionId.of(7), StreamType.CAMERA).orElseThrow().inbound())
        .isEqualTo(PeerEvent.Inbound.NONE);
  }

  static List<PeerCommand> commands() {
    return List.of(
        new PeerCommand.Join(URI.create("http://127.0.0.1:1"), "uuid", "jwt", IceProtocol.TCP, DtlsRole.SERVER),
        new PeerCommand.SendAudio(440),
        new PeerCommand.SendVideo(StreamType.CAMERA, 960, 540, 30, true),
        PeerCommand.SendVideo.of(StreamType.SCREEN, VideoSettings.SIMULCAST),
        new PeerCommand.SetActive(StreamType.SCREEN, false),
        new PeerCommand.SetWanted(SessionId.of("seven"), StreamType.AUDIO, true),
        new PeerCommand.Leave());
  }

  static List<PeerEvent> events() {
    return List.of(
        new PeerEvent.Joined(),
        new PeerEvent.Sending(StreamType.CAMERA, "producer"),
        new PeerEvent.Receiving(SessionId.of(7), StreamType.AUDIO, "consumer", 3),
        new PeerEvent.SessionLeft(SessionId.of(7)),
        new PeerEvent.Progress(
            List.of(
                new PeerEvent.Received(
                    SessionId.of(7), StreamType.CAMERA, 3, 640, 360, 0, 0, "consumer", 5, 6, inbound())),
            new PeerEvent.Transport(
                "connected",
                "tcp",
                "client",
                List.of(new PeerEvent.Layer("0", 5, 320, 180, "cpu", 9, 1, 2, 3)),
                11,
                1_200),
            PeerEvent.Transport.NONE,
            13,
            14),
        new PeerEvent.Failed("what\nhappened"),
        new PeerEvent.Closed(4108, ""));
  }

  private static PeerEvent.Inbound inbound() {
    return new PeerEvent.Inbound(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
  }

  private static String line(PeerLine<?> message) {
    String line = message.text();
    assertThat(line).doesNotContain("\n");
    return line;
  }
}
