package sfu.load.bench;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import sfu.protocol.ortc.RtpHeaderExtensionParameters;
import sfu.protocol.rtp.ExtensionValue;
import sfu.protocol.rtp.HeaderExtensionUri;
import sfu.protocol.rtp.RtpHeaderWriter;

/** The RTP headers of one stream as a browser writes them: mid, abs-send-time, transport-wide-cc, a voice's level. */
final class PacketHead {
  /** With extensions, in bytes: a level takes what is padding otherwise. */
  static final int LENGTH = 28;

  /** Of a packet that is no voice. */
  static final int NO_LEVEL = -1;

  private static final int MID = 1;
  private static final int ABS_SEND_TIME = 4;
  private static final int TRANSPORT_SEQUENCE = 5;
  private static final int AUDIO_LEVEL = 6;

  private static final Map<Integer, String> URIS =
      Map.of(
          MID, HeaderExtensionUri.MID,
          ABS_SEND_TIME, HeaderExtensionUri.ABS_SEND_TIME,
          TRANSPORT_SEQUENCE, HeaderExtensionUri.TRANSPORT_WIDE_CC,
          AUDIO_LEVEL, HeaderExtensionUri.AUDIO_LEVEL);

  private final RtpHeaderWriter header = new RtpHeaderWriter();
  private final int payloadType;
  private final int ssrc;
  private final byte mid;
  private final IntSupplier transportSequence;
  private int sequence;

  /** {@code transportSequence} numbers all packets of the client, whichever stream they are of. */
  PacketHead(int payloadType, int ssrc, char mid, IntSupplier transportSequence) {
    this.payloadType = payloadType;
    this.ssrc = ssrc;
    this.mid = (byte) mid;
    this.transportSequence = transportSequence;
  }

  /** Of a camera, whoever is told. */
  static List<RtpHeaderExtensionParameters> ofVideo() {
    return extensions(MID, ABS_SEND_TIME, TRANSPORT_SEQUENCE);
  }

  /** Of a voice, as its sender is told them. */
  static List<RtpHeaderExtensionParameters> ofSentVoice() {
    return extensions(MID, ABS_SEND_TIME, TRANSPORT_SEQUENCE, AUDIO_LEVEL);
  }

  /** Of a voice, as its viewers are told them: the server numbers video alone for its viewers' feedback. */
  static List<RtpHeaderExtensionParameters> ofReceivedVoice() {
    return extensions(MID, ABS_SEND_TIME, AUDIO_LEVEL);
  }

  private static List<RtpHeaderExtensionParameters> extensions(int... ids) {
    return Arrays.stream(ids)
        .mapToObj(id -> new RtpHeaderExtensionParameters(URIS.get(id), id, false, Map.of()))
        .toList();
  }

  /** Writes the next packet's header, {@link #LENGTH} bytes; {@code level} in -dBov or {@link #NO_LEVEL}. */
  void write(MemorySegment out, boolean marker, int timestamp, int level, long nowNanos) {
    header.begin(out, 0, LENGTH, marker, payloadType, sequence++, timestamp, ssrc);
    header.appendExtension(MID, 1);
    header.appendExtension(ABS_SEND_TIME, ExtensionValue.ABS_SEND_TIME_LENGTH);
    header.appendExtension(TRANSPORT_SEQUENCE, ExtensionValue.TRANSPORT_SEQUENCE_LENGTH);
    if (level != NO_LEVEL) {
      header.appendExtension(AUDIO_LEVEL, ExtensionValue.AUDIO_LEVEL_LENGTH);
      ExtensionValue.writeAudioLevel(out, header.extensionOffset(AUDIO_LEVEL), level, true);
    }
    header.end();
    out.set(ValueLayout.JAVA_BYTE, header.extensionOffset(MID), mid);
    ExtensionValue.writeAbsSendTime(out, header.extensionOffset(ABS_SEND_TIME), nowNanos);
    ExtensionValue.writeTransportSequence(
        out, header.extensionOffset(TRANSPORT_SEQUENCE), transportSequence.getAsInt());
  }
}
