package sfu.node.media.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import sfu.node.media.MediaEvent;
import sfu.node.media.MediaEvent.TransportClosed.Reason;
import sfu.node.media.transport.Drop;

/** What is too long to be sent on, and defects of the worker itself: they may cost one client its transport, no more. */
class DefectTest {
  @Test
  void anRtpPacketThatLeavesNoRoomToRewriteItIsDropped() {
    try (SimulatedCall call = new SimulatedCall()) {
      SimulatedMicrophone microphone = microphone(call);
      Viewer viewer = call.viewer();
      ReceivedStream stream = call.watch(viewer, microphone);
      call.runMillis(500);
      long before = stream.packets;
      byte[] payload = new byte[1960];
      new Stamp(0, true, 0, 1, 0, call.now(), 0).fill(payload);
      microphone.streams().getFirst().send(payload, false, call.now(), -1);
      call.runMillis(1_000);

      assertThat(call.counters().drops(Drop.MALFORMED)).isEqualTo(1);
      assertThat(stream.packets - before).isBetween(48L, 51L);
      assertThat(call.told()).noneMatch(MediaEvent.TransportClosed.class::isInstance);
    }
  }

  @Test
  void aDefectInSendingToOneViewerEndsThatViewersTransportAlone() {
    try (SimulatedCall call = new SimulatedCall()) {
      SimulatedMicrophone microphone = microphone(call);
      Viewer unlucky = call.viewer();
      Viewer viewer = call.viewer();
      call.watch(unlucky, microphone);
      ReceivedStream stream = call.watch(viewer, microphone);
      call.runMillis(500);
      call.breakDown(unlucky.transport().wire());
      call.runMillis(1_000);

      assertThat(call.told().stream().filter(MediaEvent.TransportClosed.class::isInstance))
          .containsExactly(
              new MediaEvent.TransportClosed(unlucky.transport().config.id(), Reason.INTERNAL_ERROR));
      assertThat(stream.missing()).isZero();
      assertThat(stream.decoded.getLast().atNanos()).isGreaterThan(call.now() - 25 * VirtualClock.MILLI);
    }
  }

  @Test
  void aDefectInATransportsTimerEndsThatTransportAlone() {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher unlucky = call.publisher();
      call.produce(unlucky, unlucky.microphone("unlucky"));
      SimulatedMicrophone microphone = microphone(call);
      ReceivedStream stream = call.watch(call.viewer(), microphone);
      call.runMillis(500);
      // Nobody hears it: all that is sent to it is feedback, by its timer.
      call.breakDown(unlucky.transport().wire());
      call.runMillis(1_000);

      assertThat(call.told().stream().filter(MediaEvent.TransportClosed.class::isInstance))
          .containsExactly(
              new MediaEvent.TransportClosed(unlucky.transport().config.id(), Reason.INTERNAL_ERROR));
      assertThat(stream.missing()).isZero();
      assertThat(stream.decoded.getLast().atNanos()).isGreaterThan(call.now() - 25 * VirtualClock.MILLI);
    }
  }

  private static SimulatedMicrophone microphone(SimulatedCall call) {
    Publisher publisher = call.publisher();
    return call.produce(publisher, publisher.microphone("microphone"));
  }
}
