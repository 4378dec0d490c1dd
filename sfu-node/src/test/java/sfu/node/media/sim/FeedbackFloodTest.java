package sfu.node.media.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sfu.node.media.transport.Drop;

/** Feedback that is cheap to send and would be dear to obey. */
class FeedbackFloodTest {
  private static final int RTPFB = 205;
  private static final int PSFB = 206;

  private SimulatedCall call;
  private SimulatedCamera camera;
  private Viewer viewer;
  private ReceivedStream stream;

  @BeforeEach
  void watch() {
    call = new SimulatedCall();
    Publisher publisher = call.publisher();
    camera = call.produce(publisher, publisher.camera("camera", VideoFormat.VP8, 3_000_000));
    viewer = call.viewer();
    stream = call.watch(viewer, camera);
    call.runMillis(2_000);
  }

  @AfterEach
  void close() {
    call.close();
  }

  @Test
  void transportFeedbackOnMorePacketsThanCanHaveBeenSentIsNotRead() {
    byte[] one = feedback(RTPFB, 15, 40);
    ByteBuffer.wrap(one).putShort(14, (short) 0xffff);
    for (int at = 20; at < 38; at += 2) {
      // Runs of 8191 packets not received.
      ByteBuffer.wrap(one).putShort(at, (short) 0x1fff);
    }
    byte[] datagram = repeat(one, 49);
    for (int i = 0; i < 20; i++) {
      viewer.transport().sendRtcp(datagram);
    }
    call.runMillis(100);
    assertThat(call.counters().drops(Drop.OVER_LIMIT)).isGreaterThanOrEqualTo(20 * 49);

    // What it tells in earnest is read again as soon as the second is over.
    call.runMillis(1_000);
    long drops = call.counters().drops(Drop.OVER_LIMIT);
    call.runMillis(1_000);
    assertThat(call.counters().drops(Drop.OVER_LIMIT)).isEqualTo(drops);
    assertThat(stream.missing()).isZero();
  }

  @Test
  void aFloodOfNacksGetsAThousandPacketsASecondAtMost() {
    int items = 480;
    byte[] nack = feedback(RTPFB, 1, 12 + 4 * items);
    Viewer other = call.viewer();
    ReceivedStream undisturbed = call.watch(other, camera);
    call.runMillis(1_000);
    long before = call.counters().retransmissions;
    for (int i = 0; i < 300; i++) {
      for (int item = 0; item < items; item++) {
        ByteBuffer.wrap(nack)
            .putShort(12 + 4 * item, (short) stream.recentSequence(17 * (1 + item % 16)))
            .putShort(14 + 4 * item, (short) -1);
      }
      viewer.transport().sendRtcp(nack);
      call.runMillis(10);
    }
    // Three seconds, that of the beginning and that of the end in part.
    assertThat(call.counters().retransmissions - before).isBetween(100L, 4_000L);
    assertThat(call.counters().drops(Drop.OVER_LIMIT)).isPositive();
    assertThat(undisturbed.missing()).isZero();
    assertThat(undisturbed.interruptions()).isZero();
  }

  @Test
  void aStormOfPictureLossesInEachCompoundCostsAFewKeyFrames() {
    byte[] storm = repeat(feedback(PSFB, 1, 12), 100);
    long before = call.counters().keyFrameRequests;
    for (int i = 0; i < 300; i++) {
      viewer.transport().sendRtcp(storm);
      call.runMillis(10);
    }
    assertThat(call.counters().keyFrameRequests - before).isBetween(1L, 5L);
    assertThat(camera.keyFrameRequests()).isLessThanOrEqualTo(5);
    assertThat(stream.missing()).isZero();
  }

  @Test
  void rtcpBeyondTwoMegabitsIsDroppedAndCounted() {
    byte[] compound = repeat(feedback(PSFB, 1, 12), 160);
    int sent = 0;
    for (int i = 0; i < 1_000; i++) {
      viewer.transport().sendRtcp(compound);
      sent += compound.length;
      call.runMillis(1);
    }
    call.runMillis(50);
    long dropped = call.counters().drops(Drop.OVER_LIMIT);
    // A quarter of a megabyte at once and as much a second.
    long passed = sent - dropped * compound.length;
    assertThat(passed).isBetween(400_000L, 550_000L);
    assertThat(stream.missing()).isZero();

    call.runMillis(1_000);
    long afterwards = call.counters().drops(Drop.OVER_LIMIT);
    call.runMillis(2_000);
    assertThat(call.counters().drops(Drop.OVER_LIMIT)).isEqualTo(afterwards);
  }

  /** A feedback message on the stream, of so many bytes, zeros after its header. */
  private byte[] feedback(int type, int format, int length) {
    byte[] bytes = new byte[length];
    ByteBuffer.wrap(bytes)
        .put((byte) (0x80 | format))
        .put((byte) type)
        .putShort((short) (length / 4 - 1))
        .putInt(1)
        .putInt(stream.ssrc);
    return bytes;
  }

  private static byte[] repeat(byte[] message, int times) {
    ByteBuffer all = ByteBuffer.allocate(message.length * times);
    for (int i = 0; i < times; i++) {
      all.put(message);
    }
    return all.array();
  }
}
