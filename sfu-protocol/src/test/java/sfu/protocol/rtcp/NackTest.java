package sfu.protocol.rtcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import sfu.protocol.rtp.Packets;

class NackTest {
  private final MemorySegment segment = Packets.of(new byte[1500]);
  private final RtcpWriter writer = new RtcpWriter();
  private final RtcpReader reader = new RtcpReader();
  private final Nack nack = new Nack();

  private List<Integer> read(int length) {
    reader.wrap(segment, 0, length).next();
    assertThat(nack.wrap(reader)).isTrue();
    List<Integer> sequences = new ArrayList<>();
    for (int sequence = nack.next(); sequence >= 0; sequence = nack.next()) {
      sequences.add(sequence);
    }
    return sequences;
  }

  @Test
  void neighboursShareAnItemAcrossTheWrap() {
    writer.wrap(segment, 0, 100);
    int[] sequences = {65530, 65535, 0, 10, 11};
    assertThat(Nack.write(writer, 1, 2, sequences, 0, 5)).isEqualTo(5);
    assertThat(Packets.toHex(segment, 0, writer.length()))
        .isEqualTo("81cd0004" + "00000001" + "00000002" + "fffa8030" + "000b0000");
    assertThat(read(writer.length())).containsExactly(65530, 65535, 0, 10, 11);
    assertThat(nack.senderSsrc()).isEqualTo(1);
    assertThat(nack.mediaSsrc()).isEqualTo(2);
  }

  @Test
  void whatHasNoRoomIsLeftForTheNextMessage() {
    writer.wrap(segment, 0, 23);
    int[] sequences = {9, 100, 110, 200, 300, 400};
    int written = Nack.write(writer, 1, 2, sequences, 1, 5);
    assertThat(written).isEqualTo(3);
    assertThat(read(writer.length())).containsExactly(100, 110, 200);
  }

  @Test
  void messageWithoutAnItemIsMalformed() {
    MemorySegment bytes = Packets.hex("81cd0002 00000001 00000002");
    reader.wrap(bytes, 0, 12).next();
    assertThat(nack.wrap(reader)).isFalse();
  }

  @Property(tries = 300)
  void whatIsWrittenIsRead(
      @ForAll @Size(min = 1, max = 200) Set<@IntRange(max = 3000) Integer> offsets,
      @ForAll @IntRange(max = 65535) int base) {
    int[] sequences = offsets.stream().sorted().mapToInt(offset -> base + offset).toArray();
    writer.wrap(segment, 0, 1500);
    assertThat(Nack.write(writer, 1, 2, sequences, 0, sequences.length)).isEqualTo(sequences.length);
    List<Integer> expected = new ArrayList<>();
    for (int sequence : sequences) {
      expected.add(sequence & 0xffff);
    }
    assertThat(read(writer.length())).isEqualTo(expected);
  }
}
