package sfu.load.sdp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import sfu.protocol.ortc.MediaKind;
import sfu.protocol.ortc.RtcpFeedback;
import sfu.protocol.ortc.RtpCodecParameters;
import sfu.protocol.ortc.RtpHeaderExtensionParameters;

/**
 * One m= section of a PeerConnection's description.
 *
 * @param kind audio or video; data channels don't occur here
 * @param payloadTypes in order of preference
 * @param attributes the text of each a= line without its "a="
 */
public record MediaDescription(MediaKind kind, List<Integer> payloadTypes, List<String> attributes) {

  public MediaDescription {
    payloadTypes = List.copyOf(payloadTypes);
    attributes = List.copyOf(attributes);
  }

  /** The section whose first line is {@code mLine}, without its "m=". */
  static MediaDescription of(String mLine, List<String> attributes) {
    String[] words = mLine.split(" ");
    MediaKind kind = MediaKind.valueOf(words[0].toUpperCase(Locale.ROOT));
    List<Integer> payloadTypes = Arrays.stream(words, 3, words.length).map(Integer::valueOf).toList();
    return new MediaDescription(kind, payloadTypes, attributes);
  }

  /** The values of all attributes of this name, in order. */
  public List<String> values(String name) {
    String start = name + ":";
    return attributes.stream().filter(a -> a.startsWith(start)).map(a -> a.substring(start.length())).toList();
  }

  /** The value of the first attribute of this name. */
  public Optional<String> value(String name) {
    return values(name).stream().findFirst();
  }

  /** The section's name (RFC 8843, 15). */
  public String mid() {
    return value("mid").orElseThrow(() -> new IllegalArgumentException("a section without a mid"));
  }

  /** The codecs, in order of preference, with their retransmission formats among them. */
  public List<RtpCodecParameters> codecs() {
    List<RtpCodecParameters> codecs = new ArrayList<>();
    for (int payloadType : payloadTypes) {
      valueFor("rtpmap", payloadType).map(rtpmap -> codec(payloadType, rtpmap)).ifPresent(codecs::add);
    }
    return codecs;
  }

  /** The header extensions; one with a direction of its own ("3/recvonly") counts as any other. */
  public List<RtpHeaderExtensionParameters> headerExtensions() {
    return values("extmap").stream()
        .map(value -> value.split(" "))
        .map(words -> new RtpHeaderExtensionParameters(
            words[1], Integer.parseInt(words[0].split("/")[0]), false, Map.of()))
        .toList();
  }

  private RtpCodecParameters codec(int payloadType, String rtpmap) {
    String[] encoding = rtpmap.split("/");
    boolean audio = kind == MediaKind.AUDIO;
    Integer channels = !audio ? null : encoding.length > 2 ? Integer.valueOf(encoding[2]) : Integer.valueOf(1);
    List<RtcpFeedback> feedback = new ArrayList<>();
    String start = payloadType + " ";
    for (String value : values("rtcp-fb")) {
      if (value.startsWith(start)) {
        String[] words = value.substring(start.length()).split(" ", 2);
        feedback.add(new RtcpFeedback(words[0], words.length > 1 ? words[1] : ""));
      }
    }
    return new RtpCodecParameters(
        kind.name().toLowerCase(Locale.ROOT) + "/" + encoding[0],
        payloadType,
        Integer.parseInt(encoding[1]),
        channels,
        valueFor("fmtp", payloadType).map(MediaDescription::formatParameters).orElse(Map.of()),
        feedback);
  }

  private Optional<String> valueFor(String name, int payloadType) {
    String start = payloadType + " ";
    return values(name).stream().filter(v -> v.startsWith(start)).map(v -> v.substring(start.length())).findFirst();
  }

  /** Numbers as numbers, except for the one hexadecimal value that can look like one. */
  private static Map<String, Object> formatParameters(String fmtp) {
    Map<String, Object> parameters = new LinkedHashMap<>();
    for (String parameter : fmtp.split(";")) {
      String[] pair = parameter.strip().split("=", 2);
      String value = pair.length > 1 ? pair[1] : "";
      boolean number = value.matches("\\d{1,9}") && !pair[0].equals("profile-level-id");
      parameters.put(pair[0], number ? (Object) Integer.valueOf(value) : value);
    }
    return parameters;
  }
}
