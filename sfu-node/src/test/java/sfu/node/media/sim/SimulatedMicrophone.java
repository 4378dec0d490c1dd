package sfu.node.media.sim;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import sfu.protocol.ortc.RtcpFeedback;
import sfu.protocol.ortc.RtcpParameters;
import sfu.protocol.ortc.RtpCodecParameters;
import sfu.protocol.ortc.RtpEncodingParameters;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.ortc.StreamType;

/** An opus producer: a packet of 80 bytes every 20 ms, with an audio level. */
final class SimulatedMicrophone implements Source {
  private static final long PACKET_NANOS = 20 * VirtualClock.MILLI;
  private static final int PAYLOAD_TYPE = 111;
  private static final int PAYLOAD_LENGTH = 80;

  static final int SILENCE = 127;

  private final String producerId;
  private final SentStream stream;
  private final RtpParameters parameters;
  private long nextNanos = Long.MIN_VALUE;
  private int count;
  private int level = SILENCE;

  SimulatedMicrophone(Publisher publisher, String producerId, String mid, long seed) {
    this.producerId = producerId;
    this.stream =
        new SentStream(publisher, 0, PAYLOAD_TYPE, -1, mid, null, 48_000, new SplittableRandom(seed));
    RtpCodecParameters opus =
        new RtpCodecParameters(
            "audio/opus", PAYLOAD_TYPE, 48_000, 2, Map.of("useinbandfec", 1),
            List.of(new RtcpFeedback("transport-cc", "")));
    RtpEncodingParameters encoding =
        new RtpEncodingParameters(
            Integer.toUnsignedLong(stream.ssrc), null, null, null, null, null, null, null, null);
    this.parameters =
        new RtpParameters(
            mid, List.of(opus), Extensions.AUDIO, List.of(encoding), new RtcpParameters("client", true, true), null);
  }

  /** In -dBov: 0 is loudest. */
  void level(int level) {
    this.level = level;
  }

  @Override
  public String producerId() {
    return producerId;
  }

  @Override
  public StreamType type() {
    return StreamType.AUDIO;
  }

  @Override
  public RtpParameters parameters() {
    return parameters;
  }

  @Override
  public List<SentStream> streams() {
    return List.of(stream);
  }

  @Override
  public void onKeyFrameRequest(SentStream ignored) {
    throw new AssertionError("a key frame was asked of a microphone");
  }

  @Override
  public void tick(long nowNanos) {
    if (nowNanos < nextNanos) {
      return;
    }
    nextNanos = (nextNanos == Long.MIN_VALUE ? nowNanos : nextNanos) + PACKET_NANOS;
    send(nowNanos);
  }

  /** Sends a packet, due or not. */
  void send(long nowNanos) {
    byte[] payload = new byte[PAYLOAD_LENGTH];
    new Stamp(0, true, 0, 1, count++, nowNanos, 0).fill(payload);
    stream.send(payload, false, nowNanos, level);
  }
}
