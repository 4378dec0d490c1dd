package sfu.load.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static sfu.load.wire.SimulatedHop.MILLI;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import sfu.load.engine.StreamKey;
import sfu.load.engine.VideoSettings;
import sfu.node.media.transport.TimerHeap;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.SessionId;

class CameraTest {

  private static final long FRAME_NANOS = 1_000_000_000L / 30;
  private static final int HIGHEST = 2;
  /** Of the layers' 1.45 Mbit/s, 2.5 times as fast, in 40 ms. */
  private static final int BURST_BYTES = 18_125;

  private final TimerHeap timers = new TimerHeap();
  private final List<Packet> packets = new ArrayList<>();
  private long now = -MILLI;
  /** How late its timer runs each time. */
  private long lateNanos;

  /** One that was sent. */
  private record Packet(long nanos, int layer, int bytes) {}

  @Test
  void aDeltaFrameLeavesPacketByPacketTheHighestLayerFirst() {
    send(VideoSettings.SIMULCAST, 1_000 * MILLI);

    // Well after the key frame, and what it held up.
    for (int frame = 10; frame < 29; frame++) {
      List<Packet> sent = frame(frame);
      List<Integer> layers = sent.stream().map(Packet::layer).toList();
      assertThat(layers).contains(0, 1, HIGHEST).isSortedAccordingTo((a, b) -> b - a);
      assertThat(gaps(sent)).containsOnly(Pacer.GAP_NANOS);
    }
  }

  @Test
  void packetsOfALayersFrameAreOfOneSize() {
    send(VideoSettings.SIMULCAST, 500 * MILLI);

    for (int layer = 0; layer <= HIGHEST; layer++) {
      int of = layer;
      List<Integer> sizes = frame(12).stream().filter(p -> p.layer == of).map(Packet::bytes).toList();
      assertThat(sizes).isSorted();
      assertThat(sizes.getLast() - sizes.getFirst()).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void aKeyFrameLeavesInBurstsFortyMillisecondsApart() {
    send(VideoSettings.SIMULCAST, 500 * MILLI);

    List<List<Packet>> bursts = bursts();
    List<Packet> first = bursts.get(0);
    List<Packet> second = bursts.get(1);
    assertThat(first.stream().mapToInt(Packet::bytes).sum())
        .isBetween(BURST_BYTES, BURST_BYTES + Packetizer.MAX_PAYLOAD);
    assertThat(first).extracting(Packet::layer).containsOnly(HIGHEST);
    assertThat(gaps(first)).containsOnly(Pacer.GAP_NANOS);
    assertThat(second.getFirst().nanos - first.getLast().nanos).isBetween(40 * MILLI, 43 * MILLI);
    assertThat(second).extracting(Packet::layer).startsWith(2, 1, 0, 2, 1, 0);
  }

  @Test
  void framesKeepTheirRateWhateverThePacerHoldsBack() {
    send(VideoSettings.SIMULCAST, 1_000 * MILLI);

    long begins = IntStream.range(10, 29).filter(frame -> frame(frame).getFirst().nanos % FRAME_NANOS == 0).count();
    assertThat(begins).isEqualTo(19);
  }

  @Test
  void aLoopThatIsLateSendsTheRestOfABurstAtOnce() {
    lateNanos = MILLI / 2;
    send(VideoSettings.SIMULCAST, 500 * MILLI);

    List<Packet> sent = frame(12);
    assertThat(sent).hasSizeGreaterThan(6);
    assertThat(gaps(sent)).startsWith(lateNanos + Pacer.GAP_NANOS).endsWith(0L);
    assertThat(sent.getLast().nanos - sent.getFirst().nanos)
        .isBetween(Pacer.MAX_BURST_NANOS, Pacer.MAX_BURST_NANOS + MILLI);
  }

  @Test
  void withoutAPacerAllOfAFrameLeavesAtOnce() {
    send(VideoSettings.SIMULCAST.unpaced(), 500 * MILLI);

    for (int frame = 0; frame < 14; frame++) {
      assertThat(gaps(frame(frame))).containsOnly(0L);
    }
    assertThat(frame(0)).hasSizeGreaterThan(30);
  }

  /** Times count from the first frame on. */
  private void send(VideoSettings settings, long nanos) {
    SplittableRandom random = new SplittableRandom(1);
    Scratch scratch = new Scratch();
    StreamKey key = new StreamKey(SessionId.of(1), StreamType.CAMERA);
    StreamNumbers numbers = StreamNumbers.of(WireParameters.video(SimulatedHop.ROUTER, "0", 1, settings, "c"));
    List<OutboundStream> layers =
        IntStream.range(0, settings.layers())
            .mapToObj(i -> new OutboundStream(recorder(i), scratch, numbers, new byte[0], 10 * i, random))
            .toList();
    Pacer pacer = new Pacer(List.of(settings), now);
    Camera camera = new Camera(new Pace(timers, () -> now), scratch, key, settings, pacer, random);
    camera.attach(new Outlet(StreamType.CAMERA, layers), now);
    long begin = timers.nextDeadlineNanos();
    while (timers.nextDeadlineNanos() < begin + nanos) {
      now = Math.max(now, timers.nextDeadlineNanos() + lateNanos);
      timers.runDue(now);
    }
    packets.replaceAll(packet -> new Packet(packet.nanos - begin, packet.layer, packet.bytes));
    layers.forEach(OutboundStream::close);
  }

  private RtpOut recorder(int layer) {
    return new RtpOut() {
      @Override
      public int nextTransportSequence() {
        return 0;
      }

      @Override
      public void sendRtp(
          MemorySegment head, int headerLength, int prefixLength, MemorySegment payload, long offset, int length) {
        packets.add(new Packet(now, layer, length));
      }
    };
  }

  /** What was sent while a frame was the newest, counted from 0. */
  private List<Packet> frame(int number) {
    long from = number * FRAME_NANOS;
    return packets.stream().filter(packet -> packet.nanos >= from && packet.nanos < from + FRAME_NANOS).toList();
  }

  /** What was sent without a pause of a millisecond. */
  private List<List<Packet>> bursts() {
    List<List<Packet>> bursts = new ArrayList<>();
    long last = -MILLI;
    for (Packet packet : packets) {
      if (packet.nanos - last >= MILLI) {
        bursts.add(new ArrayList<>());
      }
      bursts.getLast().add(packet);
      last = packet.nanos;
    }
    return bursts;
  }

  private static List<Long> gaps(List<Packet> sent) {
    return IntStream.range(1, sent.size()).mapToObj(i -> sent.get(i).nanos - sent.get(i - 1).nanos).toList();
  }
}
