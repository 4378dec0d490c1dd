package sfu.node.media.producer;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import sfu.node.media.io.Path;
import sfu.node.media.transport.LoopContext;
import sfu.node.media.transport.Transport;
import sfu.node.media.transport.TransportHost;
import sfu.node.media.transport.TransportIdentity;
import sfu.node.media.transport.WebRtcTransport;
import sfu.protocol.rtp.HeaderExtensionUri;
import sfu.protocol.ortc.RtcpParameters;
import sfu.protocol.ortc.RtpCodecParameters;
import sfu.protocol.ortc.RtpEncodingParameters;
import sfu.protocol.ortc.RtpHeaderExtensionParameters;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.rtp.RtpHeaderWriter;
import sfu.protocol.rtp.RtpPacket;
import sfu.protocol.srtp.SrtpCrypto;

/** Producers and their packets without a network, for tests of what stands behind them. */
public final class BareProducers implements AutoCloseable {
  public static final int MID = 1;
  public static final int RID = 2;
  public static final int REPAIRED_RID = 3;
  public static final int AUDIO_LEVEL = 6;
  public static final int ORIENTATION = 8;
  public static final int PLAYOUT_DELAY = 11;
  public static final int PAYLOAD_TYPE = 96;
  public static final int RTX_PAYLOAD_TYPE = 97;

  private static final int MAX_HEADER = 64;

  private final Arena arena = Arena.ofConfined();
  private final ProducerTransport transport;
  private final List<Producer> producers = new ArrayList<>();

  /** A host with nobody on it. */
  private static final class NoHost implements TransportHost {
    @Override
    public Path register(long addressHi, long addressLo, int port, Transport transport) {
      throw new AssertionError("no network here");
    }

    @Override
    public void unregister(Path path) {}

    @Override
    public void ended(WebRtcTransport ended) {}

    @Override
    public void gone(String producerOrConsumerId) {}
  }

  public BareProducers() {
    LoopContext context = new LoopContext(null, SrtpCrypto.jdk(), null, Runnable::run, Runnable::run, arena);
    transport =
        new ProducerTransport(
            context,
            new TransportIdentity("transport", "channel", event -> {}),
            new NoHost(),
            new InboundBatch(() -> {}),
            8_000_000);
  }

  /** A VP8 camera whose layers are named by rid: r0, r1, … */
  public Producer camera(String mid, int layers) {
    List<RtpEncodingParameters> encodings = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      encodings.add(new RtpEncodingParameters(null, "r" + i, null, null, null, null, null, null, null));
    }
    return camera(mid, encodings);
  }

  /** A VP8 camera with one stream under an SSRC that is announced, as is that of its RTX. */
  public Producer camera(String mid, long ssrc, long rtxSsrc) {
    return camera(
        mid,
        List.of(
            new RtpEncodingParameters(
                ssrc, null, new RtpEncodingParameters.Rtx(rtxSsrc), null, null, null, null, null, null)));
  }

  private Producer camera(String mid, List<RtpEncodingParameters> encodings) {
    List<RtpCodecParameters> codecs =
        List.of(
            new RtpCodecParameters("video/VP8", PAYLOAD_TYPE, 90_000, null, Map.of(), List.of()),
            new RtpCodecParameters(
                "video/rtx", RTX_PAYLOAD_TYPE, 90_000, null, Map.of("apt", PAYLOAD_TYPE), List.of()));
    List<RtpHeaderExtensionParameters> extensions =
        List.of(
            extension(HeaderExtensionUri.MID, MID),
            extension(HeaderExtensionUri.RID, RID),
            extension(HeaderExtensionUri.REPAIRED_RID, REPAIRED_RID),
            extension(HeaderExtensionUri.AUDIO_LEVEL, AUDIO_LEVEL),
            extension(HeaderExtensionUri.VIDEO_ORIENTATION, ORIENTATION),
            extension(HeaderExtensionUri.PLAYOUT_DELAY, PLAYOUT_DELAY));
    RtpParameters parameters =
        new RtpParameters(mid, codecs, extensions, encodings, new RtcpParameters("cname", true, true), null);
    Producer producer = new Producer("camera " + mid, "channel", StreamType.CAMERA, transport, parameters, false, null);
    producers.add(producer);
    return producer;
  }

  private static RtpHeaderExtensionParameters extension(String uri, int id) {
    return new RtpHeaderExtensionParameters(uri, id, false, Map.of());
  }

  /** A packet with these extensions: ids and their data, by turns. */
  public RtpPacket rtp(int payloadType, int ssrc, Object... extensions) {
    MemorySegment segment = arena.allocate(MAX_HEADER + 16);
    RtpHeaderWriter header = new RtpHeaderWriter();
    header.begin(segment, 0, MAX_HEADER, false, payloadType, 1, 2, ssrc);
    for (int i = 0; i < extensions.length; i += 2) {
      byte[] data =
          extensions[i + 1] instanceof String text
              ? text.getBytes(StandardCharsets.US_ASCII)
              : (byte[]) extensions[i + 1];
      header.appendExtension((int) extensions[i], MemorySegment.ofArray(data), 0, data.length);
    }
    RtpPacket packet = new RtpPacket();
    if (!packet.wrap(segment, 0, header.end() + 16)) {
      throw new AssertionError("no packet");
    }
    return packet;
  }

  /** The first packet of a VP8 frame. */
  public InboundPacket vp8(
      ProducerStream stream, long sequence, int timestamp, boolean keyFrame, int pictureId, int tl0PicIdx) {
    RtpPacket rtp = rtp(PAYLOAD_TYPE, 1);
    rtp.timestamp(timestamp);
    byte[] payload = {
      (byte) 0x90, (byte) 0xe0, (byte) (0x80 | pictureId >>> 8), (byte) pictureId, (byte) tl0PicIdx, 0,
      (byte) (keyFrame ? 0x10 : 0x11), 0, 0, 0, 0, 0, 0, 0, 0, 0
    };
    MemorySegment.copy(payload, 0, rtp.segment(), ValueLayout.JAVA_BYTE, rtp.payloadOffset(), payload.length);
    return read(stream, rtp, sequence);
  }

  /** A packet with a payload of this length that no decoder would understand, and room behind it. */
  InboundPacket packet(ProducerStream stream, int timestamp, int payloadLength) {
    MemorySegment segment = arena.allocate(MAX_HEADER + payloadLength + FrameEqualizer.MAX_PADDING);
    RtpHeaderWriter header = new RtpHeaderWriter();
    header.begin(segment, 0, MAX_HEADER, false, PAYLOAD_TYPE, 1, timestamp, 1);
    segment.asSlice(header.end()).fill((byte) 0xff);
    RtpPacket rtp = new RtpPacket();
    if (!rtp.wrap(segment, 0, header.end() + payloadLength)) {
      throw new AssertionError("no packet");
    }
    return read(stream, rtp, 1);
  }

  public InboundPacket read(ProducerStream stream, RtpPacket rtp, long sequence) {
    InboundPacket packet = new InboundPacket();
    packet.read(stream, rtp, rtp.segment(), rtp.offset(), rtp.length(), sequence);
    return packet;
  }

  /** As if a sender report had come. */
  public void report(ProducerStream stream, long ntp, int timestamp, long nowNanos) {
    stream.onSenderReport(ntp, timestamp, nowNanos);
  }

  @Override
  public void close() {
    producers.forEach(Producer::close);
    arena.close();
  }
}
