package sfu.load.sdp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import sfu.protocol.ortc.DtlsFingerprint;
import sfu.protocol.ortc.IceCandidate;
import sfu.protocol.ortc.MediaKind;
import sfu.protocol.ortc.RtcpFeedback;
import sfu.protocol.ortc.RtpCodecParameters;
import sfu.protocol.ortc.RtpEncodingParameters;
import sfu.protocol.ortc.RtpHeaderExtensionParameters;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.ortc.TransportConfig;
import sfu.protocol.signal.ProducerOptions.CodecOptions;

/**
 * The server's half of a transport's SDP. One object a transport; each text it writes has the next version number. Not
 * thread-safe.
 */
public final class ServerDescription {

  /** Any but 0, which refuses a section: the candidates have the real ones. */
  private static final int ANY_PORT = 7;

  private static final int REFUSED_PORT = 0;

  /**
   * A section in which the client sends.
   *
   * @param parameters as {@link Negotiation#sent} gave them
   * @param hints for the client's video encoder, null for none
   */
  public record Sent(MediaKind kind, RtpParameters parameters, CodecOptions hints) {}

  /**
   * A section in which the client receives.
   *
   * @param id of the consumer; each is a stream of its own, so that no lip sync delays one for another
   * @param active false once the stream has ended
   */
  public record Received(String id, MediaKind kind, RtpParameters parameters, boolean active) {}

  private final TransportConfig transport;
  private final List<IceCandidate> candidates;
  private long version;

  /** {@code protocol} says which candidates the client gets to see. */
  public ServerDescription(TransportConfig transport, IceProtocol protocol) {
    this.transport = transport;
    this.candidates = transport.iceCandidates().stream().filter(c -> protocol.allows(c.protocol())).toList();
  }

  /** The answer to an offer with these sections, in its order, of a client that takes {@code role} in DTLS. */
  public String answer(List<Sent> sections, DtlsRole role) {
    List<String> lines = session(sections.stream().map(section -> section.parameters().mid()).toList());
    for (Sent section : sections) {
      section(lines, section.kind(), ANY_PORT, section.parameters(), section.hints());
      lines.add("a=recvonly");
      lines.add("a=setup:" + role.setupOfServer());
      List<String> rids =
          section.parameters().encodings().stream().map(RtpEncodingParameters::rid).filter(r -> r != null).toList();
      rids.forEach(rid -> lines.add("a=rid:" + rid + " recv"));
      if (!rids.isEmpty()) {
        lines.add("a=simulcast:recv " + String.join(";", rids));
      }
    }
    return text(lines);
  }

  /**
   * An offer of {@link ReceivedSections}. Those that ended are refused, so that others may take their places; but the
   * first of all goes on without media, because the transport of all others hangs on it.
   */
  public String offer(List<Received> sections) {
    List<Received> bundled = sections.stream().filter(s -> s.active() || s == sections.getFirst()).toList();
    List<String> lines = session(bundled.stream().map(section -> section.parameters().mid()).toList());
    for (Received section : sections) {
      RtpParameters parameters = section.parameters();
      section(lines, section.kind(), bundled.contains(section) ? ANY_PORT : REFUSED_PORT, parameters, null);
      lines.add(section.active() ? "a=sendonly" : "a=inactive");
      lines.add("a=setup:actpass");
      lines.add("a=msid:" + section.id() + " " + section.id());
      RtpEncodingParameters encoding = parameters.encodings().getFirst();
      String cname = " cname:" + parameters.rtcp().cname();
      lines.add("a=ssrc:" + encoding.ssrc() + cname);
      if (encoding.rtx() != null) {
        lines.add("a=ssrc:" + encoding.rtx().ssrc() + cname);
        lines.add("a=ssrc-group:FID " + encoding.ssrc() + " " + encoding.rtx().ssrc());
      }
    }
    return text(lines);
  }

  private List<String> session(List<String> mids) {
    List<String> lines = new ArrayList<>();
    lines.add("v=0");
    lines.add("o=sfu 1 " + version++ + " IN IP4 0.0.0.0");
    lines.add("s=-");
    lines.add("t=0 0");
    lines.add("a=ice-lite");
    lines.add("a=group:BUNDLE " + String.join(" ", mids));
    lines.add("a=msid-semantic: WMS *");
    DtlsFingerprint fingerprint = fingerprint();
    lines.add("a=fingerprint:" + fingerprint.algorithm() + " " + fingerprint.value());
    return lines;
  }

  private DtlsFingerprint fingerprint() {
    List<DtlsFingerprint> all = transport.dtlsParameters().fingerprints();
    return all.stream().filter(f -> f.algorithm().equals("sha-256")).findFirst().orElseGet(all::getFirst);
  }

  private void section(
      List<String> lines, MediaKind kind, int port, RtpParameters parameters, CodecOptions hints) {
    String payloadTypes =
        parameters.codecs().stream().map(codec -> " " + codec.payloadType()).collect(Collectors.joining());
    lines.add("m=" + kind.name().toLowerCase(Locale.ROOT) + " " + port + " UDP/TLS/RTP/SAVPF" + payloadTypes);
    lines.add("c=IN IP4 127.0.0.1");
    lines.add("a=mid:" + parameters.mid());
    lines.add("a=rtcp-mux");
    lines.add("a=rtcp-rsize");
    lines.add("a=ice-ufrag:" + transport.iceParameters().usernameFragment());
    lines.add("a=ice-pwd:" + transport.iceParameters().password());
    candidates.forEach(candidate -> lines.add("a=candidate:" + candidate(candidate)));
    lines.add("a=end-of-candidates");
    parameters.codecs().forEach(codec -> codec(lines, codec, codec.isRtx() ? null : hints));
    for (RtpHeaderExtensionParameters extension : parameters.headerExtensions()) {
      lines.add("a=extmap:" + extension.id() + " " + extension.uri());
    }
  }

  private static String candidate(IceCandidate candidate) {
    String tcpType = candidate.tcpType() == null ? "" : " tcptype " + candidate.tcpType();
    return candidate.foundation() + " 1 " + candidate.protocol() + " " + candidate.priority() + " "
        + candidate.address() + " " + candidate.port() + " typ " + candidate.type() + tcpType;
  }

  private static void codec(List<String> lines, RtpCodecParameters codec, CodecOptions hints) {
    String name = codec.mimeType().substring(codec.mimeType().indexOf('/') + 1);
    String channels = codec.channels() != null && codec.channels() > 1 ? "/" + codec.channels() : "";
    lines.add("a=rtpmap:" + codec.payloadType() + " " + name + "/" + codec.clockRate() + channels);
    Map<String, Object> parameters = new LinkedHashMap<>(codec.parameters());
    if (hints != null) {
      parameters.put("x-google-min-bitrate", hints.videoGoogleMinBitrate());
      parameters.put("x-google-start-bitrate", hints.videoGoogleStartBitrate());
      parameters.put("x-google-max-bitrate", hints.videoGoogleMaxBitrate());
    }
    if (!parameters.isEmpty()) {
      lines.add("a=fmtp:" + codec.payloadType() + " "
          + parameters.entrySet().stream().map(p -> p.getKey() + "=" + p.getValue()).collect(Collectors.joining(";")));
    }
    for (RtcpFeedback feedback : codec.rtcpFeedback()) {
      lines.add("a=rtcp-fb:" + codec.payloadType() + " " + feedback.type()
          + (feedback.parameter().isEmpty() ? "" : " " + feedback.parameter()));
    }
  }

  private static String text(List<String> lines) {
    return String.join("\r\n", lines) + "\r\n";
  }
}
