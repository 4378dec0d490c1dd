package sfu.node.media.sim;

import java.util.List;
import java.util.Map;
import sfu.protocol.ortc.RtpHeaderExtensionParameters;
import sfu.protocol.rtp.HeaderExtensionUri;

/** The header extensions of simulated clients, under the router's numbers. */
final class Extensions {
  static final int MID = 1;
  static final int RID = 2;
  static final int REPAIRED_RID = 3;
  static final int ABS_SEND_TIME = 4;
  static final int TRANSPORT_WIDE_CC = 5;
  static final int AUDIO_LEVEL = 6;

  static final List<RtpHeaderExtensionParameters> VIDEO =
      List.of(
          extension(HeaderExtensionUri.MID, MID),
          extension(HeaderExtensionUri.RID, RID),
          extension(HeaderExtensionUri.REPAIRED_RID, REPAIRED_RID),
          extension(HeaderExtensionUri.ABS_SEND_TIME, ABS_SEND_TIME),
          extension(HeaderExtensionUri.TRANSPORT_WIDE_CC, TRANSPORT_WIDE_CC));

  static final List<RtpHeaderExtensionParameters> AUDIO =
      List.of(
          extension(HeaderExtensionUri.MID, MID),
          extension(HeaderExtensionUri.ABS_SEND_TIME, ABS_SEND_TIME),
          extension(HeaderExtensionUri.TRANSPORT_WIDE_CC, TRANSPORT_WIDE_CC),
          extension(HeaderExtensionUri.AUDIO_LEVEL, AUDIO_LEVEL));

  private Extensions() {}

  private static RtpHeaderExtensionParameters extension(String uri, int id) {
    return new RtpHeaderExtensionParameters(uri, id, false, Map.of());
  }
}
