package sfu.load.bench;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import sfu.protocol.ortc.RtcpFeedback;
import sfu.protocol.ortc.RtcpParameters;
import sfu.protocol.ortc.RtpCodecParameters;
import sfu.protocol.ortc.RtpEncodingParameters;
import sfu.protocol.ortc.RtpHeaderExtensionParameters;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.rtp.BigEndian;
import sfu.protocol.rtp.ExtensionValue;
import sfu.protocol.rtp.HeaderExtensionUri;
import sfu.protocol.rtp.RtpHeaderWriter;

/**
 * The packets of a VP8 camera as a browser sends them: frames of a burst each, three temporal layers, the descriptor
 * with picture id, TL0PICIDX and temporal id, and the header extensions mid, abs-send-time and transport-wide-cc.
 * The first frame is the only key frame.
 */
final class VideoPackets {
  /** Length of each packet before it is encrypted, in bytes. */
  static final int LENGTH = 1200;

  /** Length of each packet's header with its extensions, in bytes. */
  static final int HEADER_LENGTH = 28;

  private static final int PAYLOAD_TYPE = 101;
  private static final int RTX_PAYLOAD_TYPE = 102;
  private static final int MID = 1;
  private static final int ABS_SEND_TIME = 4;
  private static final int TRANSPORT_SEQUENCE = 5;
  private static final int CLOCK_RATE = 90_000;
  private static final int TICKS_A_FRAME = CLOCK_RATE / 30;
  private static final int[] TEMPORAL_LAYERS = {0, 2, 1, 2};

  private final RtpHeaderWriter header = new RtpHeaderWriter();
  private final int ssrc;
  private int count;
  private int tl0PicIdx = -1;

  VideoPackets(int ssrc) {
    this.ssrc = ssrc;
  }

  /** A camera's parameters, as its sender or a viewer of it is told them; {@code mid} is one character. */
  static RtpParameters parameters(String mid, long ssrc) {
    List<RtcpFeedback> feedback =
        List.of(
            new RtcpFeedback("transport-cc", ""),
            new RtcpFeedback("ccm", "fir"),
            new RtcpFeedback("nack", ""),
            new RtcpFeedback("nack", "pli"));
    return new RtpParameters(
        mid,
        List.of(
            new RtpCodecParameters("video/VP8", PAYLOAD_TYPE, CLOCK_RATE, null, Map.of(), feedback),
            new RtpCodecParameters(
                "video/rtx", RTX_PAYLOAD_TYPE, CLOCK_RATE, null, Map.of("apt", PAYLOAD_TYPE), List.of())),
        List.of(
            new RtpHeaderExtensionParameters(HeaderExtensionUri.MID, MID, false, Map.of()),
            new RtpHeaderExtensionParameters(HeaderExtensionUri.ABS_SEND_TIME, ABS_SEND_TIME, false, Map.of()),
            new RtpHeaderExtensionParameters(
                HeaderExtensionUri.TRANSPORT_WIDE_CC, TRANSPORT_SEQUENCE, false, Map.of())),
        List.of(
            new RtpEncodingParameters(
                ssrc, null, new RtpEncodingParameters.Rtx(ssrc + 1), null, null, null, null, null, null)),
        new RtcpParameters("bench", true, true),
        null);
  }

  /** Writes the next packet, {@link #LENGTH} bytes. */
  void next(MemorySegment out, long offset, long nowNanos) {
    int inFrame = count % Scenario.BURST;
    int frame = count / Scenario.BURST;
    int layer = TEMPORAL_LAYERS[frame % TEMPORAL_LAYERS.length];
    if (inFrame == 0 && layer == 0) {
      tl0PicIdx++;
    }
    boolean last = inFrame == Scenario.BURST - 1;
    header.begin(out, offset, HEADER_LENGTH, last, PAYLOAD_TYPE, count, frame * TICKS_A_FRAME, ssrc);
    header.appendExtension(MID, 1);
    header.appendExtension(ABS_SEND_TIME, ExtensionValue.ABS_SEND_TIME_LENGTH);
    header.appendExtension(TRANSPORT_SEQUENCE, ExtensionValue.TRANSPORT_SEQUENCE_LENGTH);
    out.set(ValueLayout.JAVA_BYTE, offset + header.extensionOffset(MID), (byte) '0');
    ExtensionValue.writeAbsSendTime(out, offset + header.extensionOffset(ABS_SEND_TIME), nowNanos);
    ExtensionValue.writeTransportSequence(out, offset + header.extensionOffset(TRANSPORT_SEQUENCE), count);
    long at = offset + header.end();
    // RFC 7741, 4.2: X, and S at the start of a frame; then I, L and T.
    BigEndian.put8(out, at, inFrame == 0 ? 0x90 : 0x80);
    BigEndian.put8(out, at + 1, 0xe0);
    BigEndian.put16(out, at + 2, 0x8000 | frame & 0x7fff);
    BigEndian.put8(out, at + 4, tl0PicIdx);
    BigEndian.put8(out, at + 5, layer << 6);
    // The frame header's first bit: 0 in a key frame.
    BigEndian.put8(out, at + 6, frame == 0 ? 0 : 1);
    count++;
  }
}
