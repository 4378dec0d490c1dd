package sfu.load.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sfu.load.engine.VideoCodec;
import sfu.load.engine.VideoSettings;
import sfu.protocol.ortc.MediaKind;
import sfu.protocol.ortc.Ortc;
import sfu.protocol.ortc.ProducerCheck;
import sfu.protocol.ortc.RouterCapabilities;
import sfu.protocol.ortc.RtpCapabilities;
import sfu.protocol.ortc.RtpCodecCapability;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.ortc.StreamType;

class WireParametersTest {

  private static final RtpCapabilities ROUTER = SimulatedHop.ROUTER;

  @Test
  void theServerTakesWhatIsAnnounced() {
    RtpParameters voice = WireParameters.audio(ROUTER, "0", -1, "somebody");
    RtpParameters camera = WireParameters.video(ROUTER, "1", 17, VideoSettings.SIMULCAST, "somebody");
    RtpParameters screen = WireParameters.video(ROUTER, "2", 27, VideoSettings.SINGLE, "somebody");

    assertThat(Ortc.validateProducer(StreamType.AUDIO, MediaKind.AUDIO, voice, ROUTER))
        .isInstanceOf(ProducerCheck.Ok.class);
    assertThat(Ortc.validateProducer(StreamType.CAMERA, MediaKind.VIDEO, camera, ROUTER))
        .isInstanceOf(ProducerCheck.Ok.class);
    assertThat(Ortc.validateProducer(StreamType.SCREEN, MediaKind.VIDEO, screen, ROUTER))
        .isInstanceOf(ProducerCheck.Ok.class);
    assertThat(camera.encodings()).extracting("rid").containsExactly("r0", "r1", "r2");
    assertThat(camera.encodings()).extracting("scaleResolutionDownBy").containsExactly(4.0, 2.0, 1.0);
  }

  @Test
  void whatIsAnnouncedCanBeReceived() {
    RtpParameters camera = WireParameters.video(ROUTER, "1", 17, VideoSettings.SIMULCAST, "somebody");
    RtpParameters consumable = Ortc.consumable(camera, StreamType.CAMERA, ROUTER);

    RtpParameters consumer =
        Ortc.consumerParameters(consumable, WireParameters.receivable(ROUTER), "0", 1, 2, "session").orElseThrow();

    assertThat(consumer.codecs()).extracting("mimeType").containsExactly("video/VP8", "video/rtx");
    assertThat(StreamNumbers.of(consumer).transportSequenceId()).isEqualTo(5);
    assertThat(StreamNumbers.of(consumer).rtxPayloadType()).isEqualTo(102);
  }

  @Test
  void onlyWhatCanBeMadeUpHereIsAskedFor() {
    assertThat(WireParameters.receivable(ROUTER).codecs())
        .extracting(RtpCodecCapability::mimeType)
        .startsWith("audio/opus", "video/VP8", "video/rtx", "video/VP9", "video/rtx", "video/H264", "video/rtx")
        .doesNotContain("audio/PCMU", "audio/PCMA");
  }

  @ParameterizedTest
  @EnumSource
  void theCodecAskedForIsTheOneAnnouncedAndReceived(VideoCodec codec) {
    VideoSettings settings = new VideoSettings(codec, 1280, 720, 30, List.of(100_000, 300_000));
    RtpParameters camera = WireParameters.video(ROUTER, "1", 17, settings, "somebody");

    assertThat(Ortc.validateProducer(StreamType.CAMERA, MediaKind.VIDEO, camera, ROUTER))
        .isInstanceOf(ProducerCheck.Ok.class);
    RtpParameters consumable = Ortc.consumable(camera, StreamType.CAMERA, ROUTER);
    assertThat(
            Ortc.consumerParameters(consumable, WireParameters.receivable(ROUTER), "0", 1, 2, "session")
                .orElseThrow()
                .codecs())
        .extracting("mimeType")
        .containsExactly("video/" + codec, "video/rtx");
  }

  @Test
  void aServerWithoutTheCodecIsNamed() {
    RtpCapabilities router = RouterCapabilities.of(List.of("opus"), List.of("H264"));

    assertThatThrownBy(() -> WireParameters.video(router, "1", 17, VideoSettings.SINGLE, "somebody"))
        .hasMessage("the server takes no video/VP8");
  }
}
