package sfu.protocol.stun;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class StunReaderTest {
  private static final int OFFSET = 3; // odd on purpose: packets start anywhere

  private final StunIntegrity integrity = new StunIntegrity("password");
  private final byte[] bytes = new byte[OFFSET + Stun.MAX_LENGTH];
  private final MemorySegment segment = MemorySegment.ofArray(bytes);
  private final StunReader reader = new StunReader();

  @Test
  void whatIsWrittenIsRead() {
    int length = checkWithAllAttributes();

    assertThat(reader.wrap(segment, OFFSET, length)).isTrue();
    assertThat(reader.localUfrag()).isEqualTo("server");
    assertThat(reader.priority()).isEqualTo(0xFFFFFFFFL);
    assertThat(reader.iceControlling()).isTrue();
    assertThat(reader.useCandidate()).isTrue();
    assertThat(reader.verify(integrity)).isTrue();
    assertThat(reader.fingerprintFits()).isTrue();
  }

  @Test
  void offHeapBytesReadTheSame() {
    int length = checkWithAllAttributes();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment packet = arena.allocate(length + 1L);
      MemorySegment.copy(segment, OFFSET, packet, 1, length);
      assertThat(reader.wrap(packet, 1, length)).isTrue();
      assertThat(reader.verify(integrity)).isTrue();
    }
  }

  @Test
  void attributesAfterTheIntegrityAreIgnored() {
    int length =
        new StunWriter()
            .begin(segment, OFFSET, Stun.BINDING_REQUEST, 1, 2)
            .username("server:client".getBytes(StandardCharsets.US_ASCII))
            .integrity(integrity)
            .useCandidate()
            .fingerprint()
            .length();

    assertThat(reader.wrap(segment, OFFSET, length)).isTrue();
    assertThat(reader.useCandidate()).isFalse();
    assertThat(reader.verify(integrity)).isTrue();
  }

  @Test
  void anAttributeAfterTheFingerprintIsMalformed() {
    int length =
        new StunWriter().begin(segment, OFFSET, Stun.BINDING_REQUEST, 1, 2).fingerprint().useCandidate().length();

    assertThat(reader.wrap(segment, OFFSET, length)).isFalse();
  }

  @Test
  void ofTwoEqualAttributesTheFirstCounts() {
    int length =
        new StunWriter().begin(segment, OFFSET, Stun.BINDING_REQUEST, 1, 2).priority(7).priority(8).length();

    assertThat(reader.wrap(segment, OFFSET, length)).isTrue();
    assertThat(reader.priority()).isEqualTo(7);
  }

  @Test
  void everyTruncationIsRefused() {
    int length = checkWithAllAttributes();
    for (int shorter = 0; shorter < length; shorter++) {
      assertThat(reader.wrap(segment, OFFSET, shorter)).as("length %d", shorter).isFalse();
    }
  }

  @Test
  void aMessageLongerThanTheLimitIsRefused() {
    byte[] large = new byte[Stun.MAX_LENGTH + 4];
    StunWriter writer = new StunWriter().begin(MemorySegment.ofArray(large), 0, Stun.BINDING_REQUEST, 1, 2);
    writer.username(new byte[large.length - Stun.HEADER_LENGTH - Stun.ATTRIBUTE_HEADER_LENGTH]);

    assertThat(reader.wrap(MemorySegment.ofArray(large), 0, writer.length())).isFalse();
  }

  @Test
  void aUsernameOfNoIceCharactersNamesNobody() {
    for (String username : new String[] {"", ":client", "server", "ser ver:client", "s\n:c", "a".repeat(257) + ":c"}) {
      int length =
          new StunWriter()
              .begin(segment, OFFSET, Stun.BINDING_REQUEST, 1, 2)
              .username(username.getBytes(StandardCharsets.US_ASCII))
              .length();
      assertThat(reader.wrap(segment, OFFSET, length)).isTrue();
      assertThat(reader.localUfrag()).as(username).isNull();
    }
  }

  @Property(tries = 500)
  void noBytesLeadToAnException(@ForAll @Size(max = 200) byte[] input) {
    readAll(MemorySegment.ofArray(input), 0, input.length);
  }

  @Property(tries = 1000)
  void noDamageToAMessageLeadsToAnException(
      @ForAll @IntRange(max = 119) int at,
      @ForAll byte value,
      @ForAll @IntRange(max = 119) int at2,
      @ForAll byte value2) {
    int length = checkWithAllAttributes();
    bytes[OFFSET + at % length] = value;
    bytes[OFFSET + at2 % length] = value2;
    // Exactly the message's bytes, so that a read beyond them shows.
    readAll(segment.asSlice(OFFSET, length), 0, length);
  }

  private void readAll(MemorySegment packet, long offset, int length) {
    if (!reader.wrap(packet, offset, length)) {
      return;
    }
    reader.type();
    reader.localUfrag();
    reader.localUfragIs("server".getBytes(StandardCharsets.US_ASCII));
    reader.fingerprintFits();
    reader.verify(integrity);
    if (reader.hasPriority()) {
      reader.priority();
    }
    if (reader.hasErrorCode()) {
      reader.errorCode();
    }
    if (reader.hasXorMappedAddress()) {
      reader.mappedHi();
      reader.mappedLo();
      reader.mappedPort();
    }
    assertThat(reader.unknownCount()).isBetween(0, 4);
  }

  private int checkWithAllAttributes() {
    return new StunWriter()
        .begin(segment, OFFSET, Stun.BINDING_REQUEST, 1, 2)
        .username("server:client".getBytes(StandardCharsets.US_ASCII))
        .priority(-1)
        .iceControlling(3)
        .useCandidate()
        .xorMappedAddress(0, 0xFFFF_7F00_0001L, 9)
        .integrity(integrity)
        .fingerprint()
        .length();
  }
}
