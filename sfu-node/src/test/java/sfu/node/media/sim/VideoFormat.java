package sfu.node.media.sim;

import java.util.List;
import java.util.Map;
import sfu.protocol.ortc.RtcpFeedback;
import sfu.protocol.ortc.RtpCodecParameters;

/** How a codec's payloads begin. */
enum VideoFormat {
  VP8("video/VP8", Map.of()) {
    @Override
    int begin(byte[] payload, Part part) {
      int at = describe(payload, part.first() ? 0x90 : 0x80, 0xe0, part);
      payload[at++] = (byte) (part.temporalLayer() << 6 | (part.keyFrame() ? 0x20 : 0));
      if (part.first() && part.keyFrame()) {
        byte[] header = {0x10, 0, 0, (byte) 0x9d, 0x01, 0x2a, 0x40, 0x01, (byte) 0xb4, 0x00};
        System.arraycopy(header, 0, payload, at, header.length);
        return at + header.length;
      }
      payload[at++] = 0x11;
      return at;
    }
  },

  VP9("video/VP9", Map.of("profile-id", 2)) {
    @Override
    int begin(byte[] payload, Part part) {
      // I, P unless key, L, B at the first, E at the last packet.
      int flags = 0xa0 | (part.keyFrame() ? 0 : 0x40) | (part.first() ? 0x08 : 0) | (part.last() ? 0x04 : 0);
      payload[0] = (byte) flags;
      putPictureId(payload, 1, part.pictureId());
      payload[3] = (byte) (part.temporalLayer() << 5);
      payload[4] = (byte) part.tl0PicIdx();
      return 5;
    }
  },

  H264(
      "video/H264",
      Map.of("level-asymmetry-allowed", 1, "packetization-mode", 1, "profile-level-id", "640028")) {
    @Override
    int begin(byte[] payload, Part part) {
      payload[0] = 0x7c;
      if (part.first() && part.keyFrame()) {
        // One aggregate of parameter sets, as every browser begins a key frame.
        byte[] sets = {0x78, 0, 4, 0x67, 0x64, 0x00, 0x28};
        System.arraycopy(sets, 0, payload, 0, sets.length);
        int rest = payload.length - sets.length - 2;
        payload[7] = (byte) (rest >>> 8);
        payload[8] = (byte) rest;
        payload[9] = 0x68;
        return 10;
      }
      boolean beginsSlice = part.keyFrame() ? part.index() == 1 : part.first();
      payload[1] = (byte) ((beginsSlice ? 0x80 : 0) | (part.keyFrame() ? 5 : 1));
      payload[2] = (byte) (beginsSlice ? 0x88 : 0x11);
      return 3;
    }
  };

  /** Room that {@link #begin} may take. */
  static final int MAX_BEGIN = 16;

  static final int PAYLOAD_TYPE = 96;
  static final int RTX_PAYLOAD_TYPE = 97;

  final String mimeType;
  private final Map<String, Object> parameters;

  /** One packet of a frame. */
  record Part(boolean keyFrame, int index, int count, int pictureId, int tl0PicIdx, int temporalLayer) {
    boolean first() {
      return index == 0;
    }

    boolean last() {
      return index == count - 1;
    }
  }

  VideoFormat(String mimeType, Map<String, Object> parameters) {
    this.mimeType = mimeType;
    this.parameters = parameters;
  }

  /** Writes what precedes the body of a payload; returns where that begins. */
  abstract int begin(byte[] payload, Part part);

  /** Under numbers of the client's own, which are not the router's. */
  List<RtpCodecParameters> codecs() {
    List<RtcpFeedback> feedback =
        List.of(
            new RtcpFeedback("nack", ""),
            new RtcpFeedback("nack", "pli"),
            new RtcpFeedback("ccm", "fir"),
            new RtcpFeedback("goog-remb", ""),
            new RtcpFeedback("transport-cc", ""));
    return List.of(
        new RtpCodecParameters(mimeType, PAYLOAD_TYPE, 90_000, null, parameters, feedback),
        new RtpCodecParameters(
            "video/rtx", RTX_PAYLOAD_TYPE, 90_000, null, Map.of("apt", PAYLOAD_TYPE), List.of()));
  }

  private static int describe(byte[] payload, int flags, int present, Part part) {
    payload[0] = (byte) flags;
    payload[1] = (byte) present;
    putPictureId(payload, 2, part.pictureId());
    payload[4] = (byte) part.tl0PicIdx();
    return 5;
  }

  private static void putPictureId(byte[] payload, int at, int pictureId) {
    payload[at] = (byte) (0x80 | pictureId >>> 8);
    payload[at + 1] = (byte) pictureId;
  }
}
