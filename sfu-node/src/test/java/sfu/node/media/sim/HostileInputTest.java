package sfu.node.media.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import sfu.node.media.MediaCommand.Direction;
import sfu.node.media.MediaEvent;
import sfu.node.media.transport.Drop;
import sfu.protocol.dtls.DtlsRole;
import sfu.protocol.ortc.IceParameters;
import sfu.protocol.ortc.TransportConfig;

/** What nobody should send: dropped, counted, and without a trace in other people's calls. */
class HostileInputTest {
  /** A call on the same worker that must not notice anything. */
  private static final class Bystander {
    final SimulatedCall call;
    final ReceivedStream stream;
    final long fromNanos;

    Bystander(SimulatedCall call) {
      this.call = call;
      ClientTransport sending = call.open("bystander", Direction.CTS, call.wire());
      ClientTransport receiving = call.open("bystander", Direction.STC, call.wire());
      call.connect(sending, DtlsRole.CLIENT);
      call.connect(receiving, DtlsRole.CLIENT);
      Publisher publisher = new Publisher(call.clock, sending);
      Viewer viewer = new Viewer(call.clock, receiving);
      SimulatedCamera camera =
          call.produce(publisher, publisher.camera("bystander", VideoFormat.VP8, 1_000_000));
      stream = call.watch(viewer, camera);
      call.runMillis(500);
      fromNanos = call.now();
    }

    void assertUndisturbed() {
      call.runMillis(100);
      assertThat(stream.missing()).isZero();
      assertThat(stream.interruptions()).isZero();
      assertThat(stream.longestGapMillis(fromNanos)).isLessThan(45);
      assertThat(stream.decoded.getLast().atNanos()).isGreaterThan(call.now() - 50 * VirtualClock.MILLI);
    }
  }

  @Test
  void forgedAndReplayedPacketsAreDropped() {
    try (SimulatedCall call = new SimulatedCall()) {
      Bystander bystander = new Bystander(call);
      Publisher publisher = call.publisher();
      SimulatedCamera camera = call.produce(publisher, publisher.camera("camera", VideoFormat.VP8, 1_000_000));
      Viewer viewer = call.viewer();
      ReceivedStream stream = call.watch(viewer, camera);
      call.runMillis(500);
      byte[] genuine = camera.stream(0).lastDatagram;
      byte[] forged = genuine.clone();
      forged[forged.length - 1] ^= 1;
      byte[] unknown = genuine.clone();
      unknown[8] ^= 0x40;
      for (int i = 0; i < 100; i++) {
        publisher.transport().sendRaw(genuine);
        publisher.transport().sendRaw(forged);
        publisher.transport().sendRaw(unknown);
        call.runMillis(10);
      }
      call.runMillis(50);
      assertThat(call.counters().drops(Drop.REPLAYED)).isEqualTo(200);
      assertThat(call.counters().drops(Drop.UNAUTHENTIC)).isEqualTo(100);
      assertThat(stream.missing()).isZero();
      assertThat(stream.duplicates).isZero();
      assertThat(stream.repeated).isZero();
      assertThat(publisher.worstFractionLost).isZero();
      bystander.assertUndisturbed();
    }
  }

  @Test
  void truncatedPacketsAreDroppedWhateverTheirLength() {
    try (SimulatedCall call = new SimulatedCall()) {
      Bystander bystander = new Bystander(call);
      Publisher publisher = call.publisher();
      SimulatedCamera camera = call.produce(publisher, publisher.camera("camera", VideoFormat.VP8, 200_000));
      call.runMillis(500);
      byte[] genuine = camera.stream(0).lastDatagram;
      for (int length = 1; length < genuine.length; length++) {
        publisher.transport().sendRaw(Arrays.copyOf(genuine, length));
      }
      byte[] rtcp = genuine.clone();
      rtcp[1] = (byte) 200;
      for (int length = 1; length < rtcp.length; length++) {
        publisher.transport().sendRaw(Arrays.copyOf(rtcp, length));
      }
      call.runMillis(500);
      assertThat(call.wasTold(MediaEvent.TransportClosed.class, publisher.transport())).isFalse();
      bystander.assertUndisturbed();
    }
  }

  @Test
  void noiseFromAnywhereHurtsNobody() {
    try (SimulatedCall call = new SimulatedCall()) {
      Bystander bystander = new Bystander(call);
      Publisher publisher = call.publisher();
      call.produce(publisher, publisher.camera("camera", VideoFormat.VP8, 200_000));
      Wire stranger = call.wire();
      SplittableRandom random = new SplittableRandom(1);
      for (int i = 0; i < 300; i++) {
        for (int j = 0; j < 20; j++) {
          byte[] noise = new byte[1 + random.nextInt(300)];
          random.nextBytes(noise);
          // Mostly what the first byte lets through to a parser.
          noise[0] = (byte) (random.nextBoolean() ? 0x80 | random.nextInt(64) : random.nextInt(64));
          stranger.sendUp(noise, call.now());
          publisher.transport().sendRaw(noise);
        }
        call.runMillis(2);
      }
      assertThat(call.counters().drops(Drop.UNKNOWN_SENDER)).isGreaterThan(2_000);
      assertThat(stranger.down.sent()).isZero();
      assertThat(call.wasTold(MediaEvent.TransportClosed.class, publisher.transport())).isFalse();
      bystander.assertUndisturbed();
    }
  }

  @Test
  void mediaBeforeDtlsIsDropped() {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher other = call.publisher();
      SimulatedCamera camera = call.produce(other, other.camera("camera", VideoFormat.VP8, 200_000));
      call.runMillis(200);
      ClientTransport early = call.open(SimulatedCall.CHANNEL, Direction.CTS, call.wire());
      early.check(true);
      call.runMillis(100);
      early.sendRaw(camera.stream(0).lastDatagram);
      call.runMillis(100);
      assertThat(call.counters().drops(Drop.UNEXPECTED)).isEqualTo(1);
      call.connect(early, DtlsRole.CLIENT);
    }
  }

  @Test
  void aWrongPasswordOpensNothingAndGetsNoAnswer() {
    try (SimulatedCall call = new SimulatedCall()) {
      Viewer viewer = call.viewer();
      TransportConfig config = viewer.transport().config;
      IceParameters guessed =
          new IceParameters(config.iceParameters().usernameFragment(), "x".repeat(32), true);
      Wire wire = call.wire();
      try (ClientTransport guessing =
          new ClientTransport(
              call.clock,
              new TransportConfig(config.id(), guessed, config.iceCandidates(), config.dtlsParameters()),
              wire,
              viewer.transport().profiles)) {
        for (int i = 0; i < 50; i++) {
          guessing.check(true);
          call.runMillis(20);
        }
        assertThat(call.counters().drops(Drop.BAD_STUN)).isGreaterThanOrEqualTo(48);
        assertThat(wire.down.sent()).isZero();
      }
    }
  }

  @Test
  void aFloodOfStreamsThatNobodyAnnouncedLeavesTheAnnouncedOnesAlone() {
    try (SimulatedCall call = new SimulatedCall()) {
      Bystander bystander = new Bystander(call);
      Publisher publisher = call.publisher();
      SimulatedCamera camera = call.produce(publisher, publisher.camera("camera", VideoFormat.VP8, 1_000_000));
      Viewer viewer = call.viewer();
      ReceivedStream stream = call.watch(viewer, camera);
      call.runMillis(500);
      byte[] packet = new byte[200];
      packet[0] = (byte) 0x80;
      packet[1] = VideoFormat.PAYLOAD_TYPE;
      for (int i = 0; i < 3_000; i++) {
        packet[9] = (byte) (i >>> 8);
        packet[10] = (byte) i;
        publisher.transport().sendRtp(packet, 12);
        if (i % 10 == 0) {
          call.runMillis(1);
        }
      }
      call.runMillis(500);
      assertThat(call.counters().drops(Drop.UNKNOWN_STREAM)).isGreaterThan(2_900);
      assertThat(stream.missing()).isZero();
      assertThat(stream.interruptions()).isZero();
      bystander.assertUndisturbed();
    }
  }

  @Test
  void whoSendsFarAboveItsLimitIsCutToTwiceOfIt() {
    try (SimulatedCall call = new SimulatedCall(1_000_000, 20_000_000)) {
      Bystander bystander = new Bystander(call);
      Publisher publisher = call.publisher();
      SimulatedCamera camera = call.produce(publisher, publisher.camera("camera", VideoFormat.VP8, 8_000_000));
      call.runMillis(5_000);
      long before = call.counters().bytesIn;
      call.runMillis(5_000);
      double bps = (call.counters().bytesIn - before) * 8 / 5.0;
      System.out.printf("a flood of 8 Mbit/s where 1 is allowed: %.1f Mbit/s taken, bystander included%n", bps / 1e6);
      assertThat(call.counters().drops(Drop.OVER_LIMIT)).isGreaterThan(1_000);
      assertThat(bps).isLessThan(3_300_000);
      assertThat(camera.packets()).isGreaterThan(5_000);
      bystander.assertUndisturbed();
    }
  }

  @Test
  void nonsenseFromAnAuthenticatedClientCostsItAtMostItsOwnCall() {
    try (SimulatedCall call = new SimulatedCall()) {
      Bystander bystander = new Bystander(call);
      Publisher publisher = call.publisher();
      SimulatedCamera camera = call.produce(publisher, publisher.camera("camera", VideoFormat.VP8, 200_000));
      Viewer viewer = call.viewer();
      ReceivedStream stream = call.watch(viewer, camera);
      stream.trusting = false;
      call.runMillis(300);
      SplittableRandom random = new SplittableRandom(2);
      for (int i = 0; i < 400; i++) {
        for (int j = 0; j < 10; j++) {
          byte[] rtp = new byte[40 + random.nextInt(200)];
          random.nextBytes(rtp);
          rtp[0] = (byte) (0x80 | random.nextInt(2) << 5);
          rtp[1] = (byte) (random.nextBoolean() ? VideoFormat.PAYLOAD_TYPE : VideoFormat.RTX_PAYLOAD_TYPE);
          writeInt(rtp, 8, random.nextBoolean() ? camera.stream(0).ssrc : camera.stream(0).rtxSsrc());
          publisher.transport().sendRtp(rtp, 12);
          byte[] rtcp = new byte[8 + 4 * random.nextInt(30)];
          random.nextBytes(rtcp);
          rtcp[0] = (byte) (0x80 | random.nextInt(32));
          rtcp[1] = (byte) (200 + random.nextInt(8));
          writeShort(rtcp, 2, rtcp.length / 4 - 1);
          if (rtcp.length >= 12) {
            writeInt(rtcp, 8, stream.ssrc);
          }
          publisher.transport().sendRtcp(rtcp);
          viewer.transport().sendRtcp(rtcp);
        }
        call.runMillis(2);
      }
      assertThat(call.told()).noneMatch(MediaEvent.TransportClosed.class::isInstance);
      bystander.assertUndisturbed();
    }
  }

  @Test
  void aViewerThatAsksForEverythingAgainGetsLittleOfIt() {
    try (SimulatedCall call = new SimulatedCall()) {
      Publisher publisher = call.publisher();
      SimulatedCamera camera = call.produce(publisher, publisher.camera("camera", VideoFormat.VP8, 3_000_000));
      Viewer viewer = call.viewer();
      ReceivedStream stream = call.watch(viewer, camera);
      call.runMillis(3_000);
      long before = call.counters().retransmissions;
      int[] everything = new int[250];
      for (int i = 0; i < 500; i++) {
        for (int j = 0; j < everything.length; j++) {
          everything[j] = stream.recentSequence(everything.length - j);
        }
        viewer.sendNack(stream, everything);
        call.runMillis(2);
      }
      assertThat(call.counters().retransmissions - before).isLessThanOrEqualTo(2_000);
    }
  }

  private static void writeInt(byte[] bytes, int at, int value) {
    writeShort(bytes, at, value >>> 16);
    writeShort(bytes, at + 2, value);
  }

  private static void writeShort(byte[] bytes, int at, int value) {
    bytes[at] = (byte) (value >>> 8);
    bytes[at + 1] = (byte) value;
  }
}
