package sfu.load.sdp;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import sfu.protocol.ortc.DtlsFingerprint;
import sfu.protocol.ortc.DtlsParameters;

/** What a PeerConnection said of itself, offer or answer. */
public record LocalDescription(List<String> sessionAttributes, List<MediaDescription> media) {

  public LocalDescription {
    sessionAttributes = List.copyOf(sessionAttributes);
    media = List.copyOf(media);
  }

  /** Reads what a PeerConnection wrote; anything else may give an IllegalArgumentException. */
  public static LocalDescription parse(String sdp) {
    List<String> session = new ArrayList<>();
    List<MediaDescription> media = new ArrayList<>();
    List<String> current = session;
    String mLine = null;
    for (String line : sdp.lines().toList()) {
      if (line.startsWith("m=")) {
        if (mLine != null) {
          media.add(MediaDescription.of(mLine, current));
        }
        mLine = line.substring(2);
        current = new ArrayList<>();
      } else if (line.startsWith("a=")) {
        current.add(line.substring(2));
      }
    }
    if (mLine != null) {
      media.add(MediaDescription.of(mLine, current));
    }
    return new LocalDescription(session, media);
  }

  /** The section of this name. */
  public MediaDescription section(String mid) {
    return media.stream()
        .filter(section -> section.mid().equals(mid))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no section with mid " + mid));
  }

  /** The client's certificate, with the role that it is going to take. */
  public DtlsParameters dtlsParameters(DtlsRole role) {
    String fingerprint =
        sessionAttributes.stream()
            .filter(attribute -> attribute.startsWith("fingerprint:"))
            .map(attribute -> attribute.substring("fingerprint:".length()))
            .findFirst()
            .or(() -> media.getFirst().value("fingerprint"))
            .orElseThrow(() -> new IllegalArgumentException("a description without a fingerprint"));
    String[] words = fingerprint.split(" ");
    DtlsFingerprint digest = new DtlsFingerprint(words[0], words[1].toUpperCase(Locale.ROOT));
    return new DtlsParameters(role.wireName(), List.of(digest));
  }

  /** An answer's text with the DTLS role in it replaced; an answering PeerConnection says "active" by itself. */
  public static String withRole(String answer, DtlsRole role) {
    return answer.replaceAll("(?m)^a=setup:\\w+", "a=setup:" + role.setup());
  }
}
