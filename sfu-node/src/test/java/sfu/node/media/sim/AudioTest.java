package sfu.node.media.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import sfu.node.media.MediaCommand;
import sfu.node.media.MediaEvent;

/** Voices: forwarded with their level, and who speaks. */
class AudioTest {
  @Test
  void aVoiceIsForwardedWithItsLevel() {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      Viewer viewer = call.viewer();
      SimulatedMicrophone microphone = call.produce(publisher, publisher.microphone("microphone"));
      ReceivedStream stream = call.watch(viewer, microphone);
      microphone.level(23);
      call.runMillis(2_000);

      assertThat(stream.decoded).hasSizeBetween(98, 100);
      assertThat(stream.missing()).isZero();
      assertThat(stream.outOfOrder).isZero();
      assertThat(stream.lastAudioLevel).isEqualTo(23);
      stream.checkSeams();
    }
  }

  @Test
  void beginningAndCeasingToTalkIsTold() {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      SimulatedMicrophone microphone = call.produce(publisher, publisher.microphone("microphone"));
      call.runMillis(1_000);
      assertThat(speaking(call)).isEmpty();
      microphone.level(20);
      call.runMillis(500);
      assertThat(speaking(call)).containsExactly(true);
      microphone.level(SimulatedMicrophone.SILENCE);
      call.runMillis(1_500);
      assertThat(speaking(call)).containsExactly(true, false);
    }
  }

  @Test
  void aSpeakerThatIsPausedFallsSilent() {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      SimulatedMicrophone microphone = call.produce(publisher, publisher.microphone("microphone"));
      microphone.level(20);
      call.runMillis(1_000);
      call.tell(new MediaCommand.PauseProducer("microphone", true));
      call.runMillis(3_000);
      assertThat(speaking(call)).containsExactly(true, false);
    }
  }

  private static List<Boolean> speaking(SimulatedCall call) {
    return call.told().stream()
        .filter(MediaEvent.Speaking.class::isInstance)
        .map(event -> ((MediaEvent.Speaking) event).speaking())
        .toList();
  }
}
