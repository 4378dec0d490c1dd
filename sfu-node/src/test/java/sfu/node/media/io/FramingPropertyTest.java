package sfu.node.media.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

/** Frames, queues and batches under arbitrary input. */
final class FramingPropertyTest {

  /** Any split of any bytes gives the frames that are in them, up to the first that is too long. */
  @Property(tries = 60)
  void theSplitOfAStreamDoesNotMatter(@ForAll("streams") byte[] stream, @ForAll("splits") List<Integer> splits)
      throws Exception {
    RecordingHandler seen = new RecordingHandler();
    try (NetIo io = NetIo.open(IoKind.BEST, NetIoContract.V4, NetIoContract.PORTS, 0);
        SocketChannel client = SocketChannel.open(new InetSocketAddress(NetIoContract.V4, io.tcpPort()))) {
      var out = client.socket().getOutputStream();
      int at = 0;
      for (int i = 0; at < stream.length && seen.closed.isEmpty(); i++) {
        int length = Math.min(splits.get(i % splits.size()), stream.length - at);
        try {
          out.write(stream, at, length);
        } catch (IOException reset) {
          break;
        }
        at += length;
        io.poll(0, seen);
      }
      Reference expected = Reference.of(stream);
      int ends = expected.fails ? 1 : 0;
      for (int i = 0; i < 200 && (seen.frames.size() < expected.frames.size() || seen.closed.size() < ends); i++) {
        io.poll(10_000_000, seen);
      }
      assertThat(seen.frames.stream().map(RecordingHandler.Packet::bytes).toList())
          .usingRecursiveComparison()
          .isEqualTo(expected.frames);
      assertThat(seen.closed).hasSize(ends);
    }
  }

  private record Reference(List<byte[]> frames, boolean fails) {
    static Reference of(byte[] stream) {
      List<byte[]> frames = new ArrayList<>();
      int at = 0;
      while (stream.length - at >= 2) {
        int length = Byte.toUnsignedInt(stream[at]) << 8 | Byte.toUnsignedInt(stream[at + 1]);
        if (length > NetIo.MAX_PACKET_BYTES) {
          return new Reference(frames, true);
        }
        if (stream.length - at - 2 < length) {
          break;
        }
        if (length > 0) {
          frames.add(Arrays.copyOfRange(stream, at + 2, at + 2 + length));
        }
        at += 2 + length;
      }
      return new Reference(frames, false);
    }
  }

  /** Mostly short frames, sometimes a long one or one too long, and an end anywhere. */
  @Provide
  Arbitrary<byte[]> streams() {
    Arbitrary<Integer> lengths = Arbitraries.frequencyOf(
        Tuple.of(10, Arbitraries.integers().between(0, 40)),
        Tuple.of(3, Arbitraries.integers().between(1000, NetIo.MAX_PACKET_BYTES)),
        Tuple.of(1, Arbitraries.integers().between(NetIo.MAX_PACKET_BYTES + 1, 65_535)));
    return lengths.list().ofMaxSize(25).map(list -> {
      var out = new ByteArrayOutputStream();
      for (int length : list) {
        out.write(length >> 8);
        out.write(length);
        out.writeBytes(NetIoContract.packet(length, Math.min(length, 3000)));
      }
      return out.toByteArray();
    });
  }

  @Provide
  Arbitrary<List<Integer>> splits() {
    return Arbitraries.integers().between(1, 3000).list().ofMinSize(1).ofMaxSize(8);
  }

  @Property(tries = 300)
  void aQueueGivesBackWhatItTookInOrder(@ForAll("steps") List<Integer> steps) {
    SendQueue.Budget budget = new SendQueue.Budget(1 << 20);
    SendQueue queue = new SendQueue(budget);
    MemorySegment scratch = Arena.ofAuto().allocate(5_000);
    long next = 0;
    long expected = 0;
    long queued = 0;
    for (int step : steps) {
      if (step > 0) {
        byte[] bytes = new byte[step];
        for (int i = 0; i < step; i++) {
          bytes[i] = (byte) (next + i);
        }
        boolean taken = queue.offer(MemorySegment.ofArray(bytes), 0, step, false);
        assertThat(taken).isEqualTo(queued + step <= SendQueue.MAX_BYTES);
        next += taken ? step : 0;
        queued += taken ? step : 0;
      } else {
        int length = queue.peek(scratch);
        assertThat(length > 0).isEqualTo(queued > 0);
        int consumed = Math.min(length, -step);
        for (int i = 0; i < consumed; i++) {
          assertThat(scratch.get(ValueLayout.JAVA_BYTE, i)).isEqualTo((byte) expected++);
        }
        queue.consume(consumed);
        queued -= consumed;
      }
      assertThat(queue.isEmpty()).isEqualTo(queued == 0);
    }
  }

  @Provide
  Arbitrary<List<Integer>> steps() {
    return Arbitraries.frequencyOf(
            Tuple.of(3, Arbitraries.integers().between(1, 30_000)),
            Tuple.of(4, Arbitraries.integers().between(-5_000, 0)))
        .list()
        .ofMaxSize(80);
  }

  @Property(tries = 50)
  void queuesTogetherKeepTheirBudget(@ForAll @IntRange(min = 1, max = 3000) int length) {
    SendQueue.Budget budget = new SendQueue.Budget(10_000);
    SendQueue one = new SendQueue(budget);
    SendQueue other = new SendQueue(budget);
    MemorySegment bytes = Arena.ofAuto().allocate(length);
    int taken = 0;
    while ((taken % 2 == 0 ? one : other).offer(bytes, 0, length, false)) {
      taken++;
    }
    assertThat(taken).isEqualTo(10_000 / length);
    one.clear();
    other.clear();
    assertThat(one.offer(Arena.ofAuto().allocate(10_000), 0, 10_000, false)).isTrue();
    assertThat(other.offer(bytes, 0, length, false)).isFalse();
    assertThat(other.offer(bytes, 0, length, true)).as("the rest of a frame").isTrue();
  }
}
