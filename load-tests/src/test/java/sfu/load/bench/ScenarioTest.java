package sfu.load.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sfu.load.bench.Turn.Burst;
import sfu.load.bench.Turn.Kind;

class ScenarioTest {

  @ParameterizedTest
  @EnumSource(names = {"MEETING", "WEBINAR"})
  void everyPublisherOfACallSendsThirtyFramesToFiftyVoicesOneATurn(Scenario call) {
    List<Burst> bursts = call.turns().stream().flatMap(turn -> turn.bursts().stream()).toList();

    assertThat(bursts).hasSameSizeAs(call.turns());
    for (int producer = 0; producer < call.producers(); producer++) {
      assertThat(count(bursts, producer, Kind.FRAME) * 50).isEqualTo(count(bursts, producer, Kind.VOICE) * 30);
    }
  }

  private static long count(List<Burst> bursts, int producer, Kind kind) {
    return bursts.stream().filter(new Burst(producer, kind)::equals).count();
  }

  @Test
  void aMeetingIsSeenByAllOthersAndAWebinarByAll() {
    assertThat(Scenario.MEETING.isSeen(3, 3)).isFalse();
    assertThat(Scenario.MEETING.isSeen(3, 4)).isTrue();
    assertThat(Scenario.MEETING.receivers()).isEqualTo(7);
    assertThat(Scenario.WEBINAR.isSeen(0, 0)).isTrue();
    assertThat(Scenario.WEBINAR.receivers()).isEqualTo(100);
  }

  @Test
  void aCamerasFramesHaveItsBitRateInPacketsThatDifferByAByte() {
    Camera camera = Scenario.MEETING.camera();
    int bytes = 0;
    for (int frame = 0; frame < 60; frame++) {
      int number = frame;
      int[] packets = IntStream.range(0, camera.packets(frame)).map(i -> camera.payloadBytes(number, i)).toArray();

      int largest = packets[packets.length - 1];
      assertThat(packets).isSorted();
      assertThat(largest).isLessThanOrEqualTo(camera.maxPayloadBytes());
      assertThat(largest - packets[0]).isLessThanOrEqualTo(1);
      bytes += IntStream.of(packets).sum();
    }

    assertThat(bytes * 8.0 / 2).isCloseTo(1_000_000, within(1000.0));
  }

  @Test
  void aBurstOfEightHasEightPacketsOf1200Bytes() {
    assertThat(Camera.EIGHTS.packets(5)).isEqualTo(8);
    assertThat(IntStream.range(0, 8).map(i -> PacketHead.LENGTH + Camera.EIGHTS.payloadBytes(5, i)))
        .containsOnly(1200);
    assertThat(Scenario.ONE_TO_FIFTY.turns())
        .containsExactly(new Turn(Collections.nCopies(8, new Burst(0, Kind.FRAME))));
  }
}
