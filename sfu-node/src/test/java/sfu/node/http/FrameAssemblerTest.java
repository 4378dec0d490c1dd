package sfu.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.pekko.http.impl.engine.ws.FrameData;
import org.apache.pekko.http.impl.engine.ws.FrameEvent;
import org.apache.pekko.http.impl.engine.ws.FrameHeader;
import org.apache.pekko.http.impl.engine.ws.FrameStart;
import org.apache.pekko.http.impl.engine.ws.Protocol;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import scala.Option;
import scala.Some;
import sfu.node.http.FrameAssembler.Step;

class FrameAssemblerTest {

  private static final int MAX = 1_000;
  private static final int MASK = 0xA1B2C3D4;

  private final FrameAssembler assembler = new FrameAssembler(MAX);

  private static byte[] masked(byte[] data) {
    byte[] masked = data.clone();
    for (int i = 0; i < masked.length; i++) {
      masked[i] ^= (byte) (MASK >>> 24 - 8 * (i & 3));
    }
    return masked;
  }

  private static FrameHeader header(int opcode, boolean fin, long length) {
    return new FrameHeader(
        Protocol.Opcode$.MODULE$.forCode((byte) opcode), new Some<>(MASK), length, fin, false, false, false);
  }

  private static FrameEvent frame(int opcode, boolean fin, byte[] data) {
    return new FrameStart(header(opcode, fin, data.length), ByteString.fromArray(masked(data)));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aFrameIsAMessage() {
    assertThat(assembler.accept(frame(1, true, utf8("[\"☃\"]")))).isEqualTo(new Step.Text("[\"☃\"]"));
    assertThat(assembler.accept(frame(1, true, utf8("again")))).isEqualTo(new Step.Text("again"));
  }

  @Test
  void aBinaryMessageCountsAsText() {
    assertThat(assembler.accept(frame(2, true, utf8("x")))).isEqualTo(new Step.Text("x"));
  }

  @Property(tries = 200)
  void partsOfFramesComeTogether(
      @ForAll @Size(max = 8) List<@IntRange(min = 1, max = 40) Integer> cuts, @ForAll @IntRange(max = 120) int length) {
    byte[] data = utf8("é".repeat(length));
    byte[] masked = masked(data);
    List<Integer> ends = new ArrayList<>();
    int end = 0;
    for (int cut : cuts) {
      end = Math.min(data.length, end + cut);
      ends.add(end);
    }
    ends.add(data.length);
    FrameAssembler fresh = new FrameAssembler(MAX);
    Step last = null;
    int from = 0;
    for (int i = 0; i < ends.size(); i++) {
      ByteString part = ByteString.fromArray(Arrays.copyOfRange(masked, from, ends.get(i)));
      boolean isLast = i == ends.size() - 1;
      if (i == 0) {
        last = fresh.accept(new FrameStart(header(1, true, data.length), part));
      } else if (from < data.length || isLast) {
        last = fresh.accept(new FrameData(part, isLast));
      }
      from = ends.get(i);
      if (last instanceof Step.Text) {
        break;
      }
    }
    assertThat(last).isEqualTo(new Step.Text("é".repeat(length)));
  }

  @Test
  void fragmentsComeTogetherAroundAPing() {
    assertThat(assembler.accept(frame(1, false, utf8("a")))).isInstanceOf(Step.More.class);
    assertThat(assembler.isInside()).isTrue();
    assertThat(assembler.accept(frame(9, true, utf8("p")))).isInstanceOf(Step.Ping.class);
    assertThat(assembler.accept(frame(0, true, utf8("b")))).isEqualTo(new Step.Text("ab"));
    assertThat(assembler.isInside()).isFalse();
  }

  @Test
  void aCloseHasItsCode() {
    assertThat(assembler.accept(frame(8, true, new byte[] {0x03, (byte) 0xE8}))).isEqualTo(new Step.Close(1000));
    assertThat(assembler.accept(frame(8, true, new byte[0]))).isEqualTo(new Step.Close(1005));
  }

  @Test
  void aMessageThatIsTooLongIsRefusedByItsHeaderAlone() {
    Step step = assembler.accept(new FrameStart(header(1, true, 1L << 40), ByteString.emptyByteString()));
    assertThat(step).isInstanceOfSatisfying(Step.Broken.class, b -> assertThat(b.code()).isEqualTo(1009));
  }

  @Test
  void fragmentsCantExceedTheLimitTogether() {
    assembler.accept(frame(1, false, new byte[600]));
    assertThat(assembler.accept(frame(0, true, new byte[600])))
        .isInstanceOfSatisfying(Step.Broken.class, b -> assertThat(b.code()).isEqualTo(1009));
  }

  @Test
  void whatIsNoUtf8IsRefused() {
    assertThat(assembler.accept(frame(1, true, new byte[] {(byte) 0xC3, 0x28})))
        .isInstanceOfSatisfying(Step.Broken.class, b -> assertThat(b.code()).isEqualTo(1007));
  }

  @Test
  void framesThatBreakTheProtocolAreRefused() {
    FrameEvent unmasked =
        new FrameStart(
            new FrameHeader(
                Protocol.Opcode$.MODULE$.forCode((byte) 1), Option.empty(), 0, true, false, false, false),
            ByteString.emptyByteString());
    for (FrameEvent broken :
        List.of(
            unmasked,
            frame(0, true, utf8("continues nothing")),
            frame(3, true, utf8("no such opcode")),
            frame(9, false, utf8("a fragmented ping")),
            frame(9, true, new byte[126]))) {
      assertThat(new FrameAssembler(MAX).accept(broken))
          .isInstanceOfSatisfying(Step.Broken.class, b -> assertThat(b.code()).isEqualTo(1002));
    }
  }
}
