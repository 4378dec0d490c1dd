package sfu.node.media.producer;

import java.util.List;
import sfu.protocol.ortc.RtpHeaderExtensionParameters;
import sfu.protocol.rtp.HeaderExtensionUri;

/** The ids under which a sender or receiver knows the header extensions that an SFU reads or writes; 0: not used. */
public record ExtensionIds(
    int mid,
    int rid,
    int repairedRid,
    int absSendTime,
    int transportSequence,
    int audioLevel,
    int videoOrientation,
    int playoutDelay) {

  public static ExtensionIds of(List<RtpHeaderExtensionParameters> extensions) {
    return new ExtensionIds(
        id(extensions, HeaderExtensionUri.MID),
        id(extensions, HeaderExtensionUri.RID),
        id(extensions, HeaderExtensionUri.REPAIRED_RID),
        id(extensions, HeaderExtensionUri.ABS_SEND_TIME),
        id(extensions, HeaderExtensionUri.TRANSPORT_WIDE_CC),
        id(extensions, HeaderExtensionUri.AUDIO_LEVEL),
        id(extensions, HeaderExtensionUri.VIDEO_ORIENTATION),
        id(extensions, HeaderExtensionUri.PLAYOUT_DELAY));
  }

  private static int id(List<RtpHeaderExtensionParameters> extensions, String uri) {
    for (RtpHeaderExtensionParameters extension : extensions) {
      if (extension.uri().equals(uri)) {
        return extension.id();
      }
    }
    return 0;
  }
}
