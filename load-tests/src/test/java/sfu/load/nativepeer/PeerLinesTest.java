package sfu.load.nativepeer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sfu.load.sdp.DtlsRole;
import sfu.load.sdp.IceProtocol;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.Json;
import sfu.protocol.signal.SessionId;

/** What goes over the pipes comes out as it went in. */
class PeerLinesTest {

  @ParameterizedTest
  @MethodSource("commands")
  void commandsSurviveTheirLine(PeerCommand command) throws JsonProcessingException {
    assertThat(Json.MAPPER.readValue(line(command), PeerCommand.class)).isEqualTo(command);
  }

  @ParameterizedTest
  @MethodSource("events")
  void eventsSurviveTheirLine(PeerEvent event) throws JsonProcessingException {
    assertThat(Json.MAPPER.readValue(line(event), PeerEvent.class)).isEqualTo(event);
  }

  static List<PeerCommand> commands() {
    return List.of(
        new PeerCommand.Join(URI.create("http://127.0.0.1:1"), "uuid", "jwt", IceProtocol.TCP, DtlsRole.SERVER),
        new PeerCommand.SendAudio(440),
        new PeerCommand.SendVideo(StreamType.CAMERA, 960, 540, 30, true),
        new PeerCommand.SetActive(StreamType.SCREEN, false),
        new PeerCommand.SetWanted(SessionId.of("seven"), StreamType.AUDIO, true),
        new PeerCommand.Leave());
  }

  static List<PeerEvent> events() {
    return List.of(
        new PeerEvent.Joined(),
        new PeerEvent.Sending(StreamType.CAMERA, "producer"),
        new PeerEvent.Receiving(SessionId.of(7), StreamType.AUDIO, "consumer"),
        new PeerEvent.SessionLeft(SessionId.of(7)),
        new PeerEvent.Progress(
            List.of(new PeerEvent.Received(SessionId.of(7), StreamType.CAMERA, 3, 640, 360, 0, 0)),
            new PeerEvent.Transport(
                "connected", "tcp", "client", List.of(new PeerEvent.Layer("0", 5, 320, 180, "cpu"))),
            PeerEvent.Transport.NONE),
        new PeerEvent.Failed("what\nhappened"),
        new PeerEvent.Closed(4108, ""));
  }

  private static String line(Object message) {
    String line = Json.write(message);
    assertThat(line).doesNotContain("\n");
    return line;
  }
}
