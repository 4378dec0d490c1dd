package sfu.load.bench;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import sfu.protocol.ortc.RtcpParameters;
import sfu.protocol.ortc.RtpCodecParameters;
import sfu.protocol.ortc.RtpEncodingParameters;
import sfu.protocol.ortc.RtpHeaderExtensionParameters;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.rtp.BigEndian;

/** Somebody who talks: Opus, 20 ms a packet, some 40 kbit/s. */
final class VoicePackets implements MediaPackets {
  private static final int PAYLOAD_TYPE = 100;
  private static final int CLOCK_RATE = 48_000;
  private static final int TICKS_A_PACKET = CLOCK_RATE / 50;
  private static final int[] PAYLOAD_BYTES = {90, 110, 75, 125};
  private static final int LEVEL = 30;

  /** Full band, 20 ms, stereo, one frame (RFC 6716, 3.1). */
  private static final int TABLE_OF_CONTENTS = 0xfc;

  private final PacketHead head;
  private int count;

  VoicePackets(int ssrc, char mid, IntSupplier transportSequence) {
    head = new PacketHead(PAYLOAD_TYPE, ssrc, mid, transportSequence);
  }

  /** A voice's parameters as its sender is told them. */
  static RtpParameters sent(char mid, long ssrc) {
    return parameters(mid, ssrc, PacketHead.ofSentVoice());
  }

  /** The same as a viewer is told them. */
  static RtpParameters received(char mid, long ssrc) {
    return parameters(mid, ssrc, PacketHead.ofReceivedVoice());
  }

  private static RtpParameters parameters(char mid, long ssrc, List<RtpHeaderExtensionParameters> extensions) {
    return new RtpParameters(
        String.valueOf(mid),
        List.of(new RtpCodecParameters("audio/opus", PAYLOAD_TYPE, CLOCK_RATE, 2, Map.of(), List.of())),
        extensions,
        List.of(new RtpEncodingParameters(ssrc, null, null, null, null, null, null, null, null)),
        new RtcpParameters("bench", true, true),
        null);
  }

  @Override
  public int beginBurst() {
    return 1;
  }

  @Override
  public int next(MemorySegment out, long nowNanos) {
    head.write(out, false, count * TICKS_A_PACKET, LEVEL, nowNanos);
    BigEndian.put8(out, PacketHead.LENGTH, TABLE_OF_CONTENTS);
    return PacketHead.LENGTH + PAYLOAD_BYTES[count++ % PAYLOAD_BYTES.length];
  }
}
