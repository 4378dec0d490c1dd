package sfu.load.bench;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import sfu.protocol.ortc.RtcpFeedback;
import sfu.protocol.ortc.RtcpParameters;
import sfu.protocol.ortc.RtpCodecParameters;
import sfu.protocol.ortc.RtpEncodingParameters;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.rtp.BigEndian;

/**
 * The packets of a VP8 camera as a browser sends them: a frame is a burst, three temporal layers, the descriptor with
 * picture id, TL0PICIDX and temporal id. The first frame is the only key frame.
 */
final class VideoPackets implements MediaPackets {
  private static final int PAYLOAD_TYPE = 101;
  private static final int RTX_PAYLOAD_TYPE = 102;
  private static final int CLOCK_RATE = 90_000;
  private static final int TICKS_A_FRAME = CLOCK_RATE / 30;
  private static final int[] TEMPORAL_LAYERS = {0, 2, 1, 2};

  private final PacketHead head;
  private final Camera camera;
  private int frame = -1;
  private int packet;
  private int packets;
  private int layer;
  private int tl0PicIdx = -1;

  VideoPackets(Camera camera, int ssrc, char mid, IntSupplier transportSequence) {
    this.camera = camera;
    this.head = new PacketHead(PAYLOAD_TYPE, ssrc, mid, transportSequence);
  }

  /** A camera's parameters, as its sender or a viewer of it is told them. */
  static RtpParameters parameters(char mid, long ssrc) {
    List<RtcpFeedback> feedback =
        List.of(
            new RtcpFeedback("transport-cc", ""),
            new RtcpFeedback("ccm", "fir"),
            new RtcpFeedback("nack", ""),
            new RtcpFeedback("nack", "pli"));
    return new RtpParameters(
        String.valueOf(mid),
        List.of(
            new RtpCodecParameters("video/VP8", PAYLOAD_TYPE, CLOCK_RATE, null, Map.of(), feedback),
            new RtpCodecParameters(
                "video/rtx", RTX_PAYLOAD_TYPE, CLOCK_RATE, null, Map.of("apt", PAYLOAD_TYPE), List.of())),
        PacketHead.ofVideo(),
        List.of(
            new RtpEncodingParameters(
                ssrc, null, new RtpEncodingParameters.Rtx(ssrc + 1), null, null, null, null, null, null)),
        new RtcpParameters("bench", true, true),
        null);
  }

  @Override
  public int beginBurst() {
    frame++;
    packet = 0;
    packets = camera.packets(frame);
    layer = TEMPORAL_LAYERS[frame % TEMPORAL_LAYERS.length];
    if (layer == 0) {
      tl0PicIdx++;
    }
    return packets;
  }

  @Override
  public int next(MemorySegment out, long nowNanos) {
    head.write(out, packet == packets - 1, frame * TICKS_A_FRAME, PacketHead.NO_LEVEL, nowNanos);
    long at = PacketHead.LENGTH;
    // RFC 7741, 4.2: X, and S at the start of a frame; then I, L and T.
    BigEndian.put8(out, at, packet == 0 ? 0x90 : 0x80);
    BigEndian.put8(out, at + 1, 0xe0);
    BigEndian.put16(out, at + 2, 0x8000 | frame & 0x7fff);
    BigEndian.put8(out, at + 4, tl0PicIdx);
    BigEndian.put8(out, at + 5, layer << 6);
    // The frame header's first bit: 0 in a key frame.
    BigEndian.put8(out, at + 6, frame == 0 ? 0 : 1);
    return PacketHead.LENGTH + camera.payloadBytes(frame, packet++);
  }
}
