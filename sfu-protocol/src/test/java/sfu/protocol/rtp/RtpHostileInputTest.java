package sfu.protocol.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

class RtpHostileInputTest {
  private final RtpPacket packet = new RtpPacket();

  @Provide
  Arbitrary<byte[]> hostile() {
    return Mutants.of(
        "80e4 1234 01020304 cafebabe aabbcc",
        "b264 0001 00000000 00000001 00000002 00000003 bede0003 10ff 00 22aabbcc e301020304 55667788 000003",
        "9064 0001 00000000 00000001 10050004 0100 00 1f05aabbccddee 3f0177 0000 55");
  }

  @Property(tries = 2000)
  void whatIsAcceptedLiesWithinThePacket(@ForAll("hostile") byte[] bytes) {
    MemorySegment segment = Packets.of(bytes);
    Rtp.looksLike(segment, 0, bytes.length);
    if (!packet.wrap(segment, 0, bytes.length)) {
      return;
    }
    assertThat(packet.headerLength()).isBetween(12, bytes.length);
    assertThat(packet.payloadLength()).isNotNegative();
    assertThat(packet.payloadOffset() + packet.payloadLength() + packet.paddingLength()).isEqualTo(bytes.length);
    for (int id = -1; id <= RtpPacket.MAX_EXTENSION_ID + 1; id++) {
      if (packet.hasExtension(id)) {
        assertThat(packet.extensionOffset(id)).isGreaterThan(12);
        assertThat(packet.extensionOffset(id) + packet.extensionLength(id)).isLessThanOrEqualTo(packet.headerLength());
      }
    }
    Rtx.restore(packet, 1, 2);
  }

  /** An element to be written. */
  record Element(int id, byte[] data) {}

  @Provide
  Arbitrary<List<Element>> elements() {
    Arbitrary<Integer> ids =
        Arbitraries.frequencyOf(
            Tuple.of(4, Arbitraries.integers().between(1, 14)),
            Tuple.of(1, Arbitraries.integers().between(15, RtpPacket.MAX_EXTENSION_ID)));
    Arbitrary<byte[]> data = Arbitraries.bytes().array(byte[].class).ofMaxSize(20);
    return Combinators.combine(ids, data)
        .as(Element::new)
        .list()
        .uniqueElements(Element::id)
        .ofMaxSize(RtpHeaderWriter.MAX_ELEMENTS);
  }

  @Property(tries = 500)
  void writtenElementsAreRead(@ForAll("elements") List<Element> elements) {
    MemorySegment segment = Packets.of(new byte[600]);
    RtpHeaderWriter writer = new RtpHeaderWriter().begin(segment, 3, 590, false, 1, 2, 3, 4);
    for (Element element : elements) {
      assertThat(writer.appendExtension(element.id, Packets.of(element.data), 0, element.data.length)).isTrue();
    }
    assertThat(packet.wrap(segment, 3, writer.end())).isTrue();
    assertThat(packet.payloadLength()).isZero();
    for (Element element : elements) {
      int offset = packet.extensionOffset(element.id);
      assertThat(offset).isEqualTo(writer.extensionOffset(element.id));
      assertThat(Packets.toHex(segment, 3 + offset, packet.extensionLength(element.id)))
          .isEqualTo(HexFormat.of().formatHex(element.data));
    }
  }
}
