package sfu.node.media.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sfu.node.media.MediaCommand;
import sfu.node.media.MediaCommand.Direction;
import sfu.node.media.MediaEvent;
import sfu.node.media.MediaEvent.TransportClosed.Reason;
import sfu.node.media.MediaReply;
import sfu.node.media.transport.Drop;
import sfu.protocol.dtls.DtlsCertificate;
import sfu.protocol.dtls.DtlsRole;
import sfu.protocol.srtp.SrtpProfile;

/** A transport's life: connecting in every order, moving, expiring, ending. */
class TransportTest {
  @ParameterizedTest
  @EnumSource(DtlsRole.class)
  void eitherSideMayBeTheDtlsClient(DtlsRole role) {
    try (SimulatedCall call = new SimulatedCall()) {
      ClientTransport sending = call.open(SimulatedCall.CHANNEL, Direction.CTS, call.wire());
      ClientTransport receiving = call.open(SimulatedCall.CHANNEL, Direction.STC, call.wire());
      call.connect(sending, role);
      call.connect(receiving, role);
      assertMediaFlows(call, new Publisher(call.clock, sending), new Viewer(call.clock, receiving));
    }
  }

  @ParameterizedTest
  @EnumSource(SrtpProfile.class)
  void everyProfileCarriesMediaAndFeedback(SrtpProfile profile) {
    try (SimulatedCall call = new SimulatedCall()) {
      ClientTransport sending = call.open(SimulatedCall.CHANNEL, Direction.CTS, call.wire(), List.of(profile));
      ClientTransport receiving = call.open(SimulatedCall.CHANNEL, Direction.STC, call.wire(), List.of(profile));
      call.connect(sending, DtlsRole.CLIENT);
      call.connect(receiving, DtlsRole.CLIENT);
      assertThat(sending.profile()).isEqualTo(profile);
      Publisher publisher = new Publisher(call.clock, sending);
      assertMediaFlows(call, publisher, new Viewer(call.clock, receiving));
      assertThat(publisher.transportWide().arrived()).isGreaterThan(50);
    }
  }

  @ParameterizedTest
  @EnumSource(DtlsRole.class)
  void signallingMayBeQuickerThanIce(DtlsRole role) {
    try (SimulatedCall call = new SimulatedCall()) {
      Wire wire = call.wire();
      wire.atOnce = true;
      ClientTransport transport = call.open(SimulatedCall.CHANNEL, Direction.CTS, wire);
      assertThat(call.announceDtls(transport, role)).isInstanceOf(MediaReply.Done.class);
      call.runMillis(100);
      transport.check(true);
      call.startDtls(transport, role, SimulatedCall.CLIENT);
      call.pumpUntilConnected(transport);
    }
  }

  @Test
  void iceAndTheClientsFirstFlightMayBeQuickerThanSignalling() {
    try (SimulatedCall call = new SimulatedCall()) {
      Wire wire = call.wire();
      wire.atOnce = true;
      ClientTransport transport = call.open(SimulatedCall.CHANNEL, Direction.CTS, wire);
      transport.check(true);
      call.startDtls(transport, DtlsRole.CLIENT, SimulatedCall.CLIENT);
      call.pumpUntil(transport, () -> transport.checksAnswered() > 0);
      call.runMillis(100);
      call.announceDtls(transport, DtlsRole.CLIENT);
      call.pumpUntilConnected(transport);
    }
  }

  @Test
  void aSecondConnectIsRefused() {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      assertThat(call.announceDtls(publisher.transport(), DtlsRole.CLIENT)).isInstanceOf(MediaReply.Failed.class);
    }
  }

  @Test
  void aViewerThatNominatesFromAnotherAddressTakesTheStreamAlong() {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      SimulatedCamera camera = call.produce(publisher, publisher.camera("camera", VideoFormat.VP8, 1_000_000));
      Viewer viewer = call.viewer();
      ReceivedStream stream = call.watch(viewer, camera);
      call.runMillis(2_000);
      Wire before = viewer.transport().wire();
      Wire after = call.wire();
      long movedNanos = call.now();
      viewer.transport().moveTo(after);
      viewer.transport().check(true);
      call.runMillis(200);
      long sentBefore = before.down.sent();
      call.runMillis(2_000);

      System.out.printf(
          "viewer moves: longest gap %.0f ms, %d packets missing%n",
          stream.longestGapMillis(movedNanos), stream.missing());
      assertThat(before.down.sent()).isEqualTo(sentBefore);
      assertThat(stream.longestGapMillis(movedNanos)).isLessThan(200);
      assertThat(stream.missing()).isZero();
      assertThat(camera.keyFrameRequests()).isZero();
    }
  }

  @Test
  void aSenderThatNominatesFromAnotherAddressIsHeardFromThere() {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      SimulatedCamera camera = call.produce(publisher, publisher.camera("camera", VideoFormat.VP8, 1_000_000));
      Viewer viewer = call.viewer();
      ReceivedStream stream = call.watch(viewer, camera);
      call.runMillis(2_000);
      long movedNanos = call.now();
      publisher.transport().moveTo(call.wire());
      call.runMillis(100);
      assertThat(call.counters().drops(Drop.UNKNOWN_SENDER)).isPositive();
      publisher.transport().check(true);
      call.runMillis(2_000);

      assertThat(stream.missing()).isZero();
      assertThat(stream.longestGapMillis(movedNanos)).isLessThan(300);
      // Feedback goes to the new address too: what was lost while nobody knew it was asked for.
      assertThat(camera.stream(0).resent).isPositive();
    }
  }

  @Test
  void aMereCheckFromAnotherAddressMovesNothing() {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      SimulatedCamera camera = call.produce(publisher, publisher.camera("camera", VideoFormat.VP8, 1_000_000));
      Viewer viewer = call.viewer();
      ReceivedStream stream = call.watch(viewer, camera);
      call.runMillis(1_000);
      Wire current = viewer.transport().wire();
      Wire other = call.wire();
      viewer.transport().moveTo(other);
      viewer.transport().check(false);
      viewer.transport().moveTo(current);
      call.runMillis(2_000);
      assertThat(stream.longestGapMillis(call.now() - 2 * VirtualClock.SECOND)).isLessThan(82);
      // The answer to the check, and nothing else.
      assertThat(other.down.sent()).isEqualTo(1);
    }
  }

  @Test
  void nobodyTakesTheAddressOfAClientThatIsAlive() {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      SimulatedCamera camera = call.produce(publisher, publisher.camera("camera", VideoFormat.VP8, 1_000_000));
      ReceivedStream stream = call.watch(call.viewer(), camera);
      call.runMillis(1_000);
      call.open("another", Direction.CTS, publisher.transport().wire()).check(true);
      call.runMillis(2_000);
      assertThat(stream.missing()).isZero();
      assertThat(stream.longestGapMillis(call.now() - VirtualClock.SECOND)).isLessThan(45);
      assertThat(call.counters().drops(Drop.BAD_STUN)).isEqualTo(1);
    }
  }

  @Test
  void aSilentClientsAddressMayPassToAnotherAndItComesBackFromElsewhere() {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      SimulatedCamera camera = call.produce(publisher, publisher.camera("camera", VideoFormat.VP8, 1_000_000));
      ReceivedStream stream = call.watch(call.viewer(), camera);
      call.runMillis(1_000);
      publisher.transport().vanish(true);
      call.runMillis(8_000);
      call.open("another", Direction.CTS, publisher.transport().wire()).check(true);
      call.runMillis(500);
      assertThat(call.counters().drops(Drop.BAD_STUN)).isZero();

      // Until then it is a transport without an address, which must not keep the worker busy.
      publisher.transport().moveTo(call.wire());
      publisher.transport().check(true);
      publisher.transport().vanish(false);
      call.runMillis(2_000);
      assertThat(stream.longestGapMillis(call.now() - VirtualClock.SECOND)).isLessThan(82);
    }
  }

  @Test
  void aClientThatFallsSilentExpiresAfterThirtySeconds() {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      call.produce(publisher, publisher.microphone("microphone"));
      Viewer viewer = call.viewer();
      call.runMillis(2_000);
      publisher.transport().vanish(true);
      call.runMillis(29_900);
      assertThat(call.wasTold(MediaEvent.TransportClosed.class, publisher.transport())).isFalse();
      call.runMillis(300);
      assertThat(call.told()).contains(
          new MediaEvent.TransportClosed(publisher.transport().config.id(), Reason.CONSENT_EXPIRED));
      // The other one only answers and checks, and lives.
      assertThat(call.wasTold(MediaEvent.TransportClosed.class, viewer.transport())).isFalse();
      MediaReply.Load load = (MediaReply.Load) call.ask(MediaCommand.GetLoad::new);
      assertThat(load.transports()).isEqualTo(1);
      assertThat(load.producers()).isZero();
    }
  }

  @Test
  void checksAloneKeepATransport() {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      call.runMillis(70_000);
      assertThat(call.wasTold(MediaEvent.TransportClosed.class, publisher.transport())).isFalse();
      assertThat(publisher.transport().checksAnswered()).isGreaterThanOrEqualTo(14);
    }
  }

  @Test
  void aCertificateOtherThanAnnouncedEndsTheTransport() {
    try (SimulatedCall call = new SimulatedCall()) {
      Wire wire = call.wire();
      wire.atOnce = true;
      ClientTransport transport = call.open(SimulatedCall.CHANNEL, Direction.CTS, wire);
      transport.check(true);
      call.announceDtls(transport, DtlsRole.CLIENT);
      call.startDtls(transport, DtlsRole.CLIENT, DtlsCertificate.generate());
      call.pumpUntil(transport, () -> call.wasTold(MediaEvent.TransportClosed.class, transport));
      assertThat(call.told())
          .containsExactly(new MediaEvent.TransportClosed(transport.config.id(), Reason.DTLS_FAILED));
    }
  }

  @Test
  void aGoodbyeEndsTheTransportAtOnce() {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      SimulatedCamera camera = call.produce(publisher, publisher.camera("camera", VideoFormat.VP8, 1_000_000));
      Viewer viewer = call.viewer();
      call.watch(viewer, camera);
      call.runMillis(500);
      publisher.transport().sayGoodbye();
      call.pumpUntil(
          publisher.transport(), () -> call.wasTold(MediaEvent.TransportClosed.class, publisher.transport()));
      assertThat(call.told())
          .contains(new MediaEvent.TransportClosed(publisher.transport().config.id(), Reason.CLOSED_BY_PEER));
      MediaReply.Load load = (MediaReply.Load) call.ask(MediaCommand.GetLoad::new);
      assertThat(load.transports()).isEqualTo(1);
      assertThat(load.consumers()).isZero();
    }
  }

  @Test
  void aClosedTransportSaysGoodbyeToItsClient() {
    try (SimulatedCall call = new SimulatedCall()) {
      Viewer viewer = call.viewer();
      call.tell(new MediaCommand.CloseTransport(viewer.transport().config.id()));
      call.pumpUntil(viewer.transport(), viewer.transport()::isClosedByPeer);
      // Its owner closed it and is not told.
      assertThat(call.wasTold(MediaEvent.TransportClosed.class, viewer.transport())).isFalse();
    }
  }

  @Test
  void aWorkerThatEndsSaysGoodbyeToAll() {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      Viewer viewer = call.viewer();
      call.tell(new MediaCommand.Shutdown());
      assertThat(call.told())
          .contains(
              new MediaEvent.TransportClosed(publisher.transport().config.id(), Reason.WORKER_STOPPED),
              new MediaEvent.TransportClosed(viewer.transport().config.id(), Reason.WORKER_STOPPED));
      call.pumpUntil(viewer.transport(), viewer.transport()::isClosedByPeer);
      call.pumpUntil(publisher.transport(), publisher.transport()::isClosedByPeer);
      // Goodbyes were said while the clock stood still; the worker stays for a while after, since it can't know.
      assertThat(call.worker.isStopped()).isFalse();
      call.runMillis(1_000);
      assertThat(call.worker.isStopped()).isTrue();
    }
  }

  private static void assertMediaFlows(SimulatedCall call, Publisher publisher, Viewer viewer) {
    SimulatedCamera camera = call.produce(publisher, publisher.camera("camera", VideoFormat.VP8, 1_000_000));
    ReceivedStream stream = call.watch(viewer, camera);
    call.runMillis(1_000);
    assertThat(stream.decoded).hasSizeGreaterThan(22);
    assertThat(stream.missing()).isZero();
  }
}
