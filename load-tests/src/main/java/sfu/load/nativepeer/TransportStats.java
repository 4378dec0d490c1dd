package sfu.load.nativepeer;

import dev.onvoid.webrtc.RTCStats;
import dev.onvoid.webrtc.RTCStatsType;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import sfu.load.nativepeer.PeerEvent.Layer;
import sfu.load.nativepeer.PeerEvent.Transport;

/** What libwebrtc's statistics (W3C webrtc-stats) say of a transport. */
final class TransportStats {

  private TransportStats() {}

  /** From the objects of one report by their ids. */
  static Transport read(Map<String, RTCStats> stats) {
    List<Layer> layers =
        stats.values().stream()
            .filter(entry -> entry.getType() == RTCStatsType.OUTBOUND_RTP && text(entry, "kind", "").equals("video"))
            .map(TransportStats::layer)
            .sorted(Comparator.comparing(Layer::rid))
            .toList();
    return stats.values().stream()
        .filter(entry -> entry.getType() == RTCStatsType.TRANSPORT)
        .findFirst()
        .map(transport -> new Transport(
            text(transport, "dtlsState", Transport.NONE.state()),
            protocol(stats, text(transport, "selectedCandidatePairId", "")),
            text(transport, "dtlsRole", Transport.NONE.dtlsRole()),
            layers))
        .orElse(Transport.NONE);
  }

  private static Layer layer(RTCStats stats) {
    return new Layer(
        text(stats, "rid", ""),
        number(stats, "framesEncoded"),
        (int) number(stats, "frameWidth"),
        (int) number(stats, "frameHeight"),
        text(stats, "qualityLimitationReason", "none"));
  }

  private static String protocol(Map<String, RTCStats> stats, String pairId) {
    RTCStats pair = stats.get(pairId);
    RTCStats candidate = pair == null ? null : stats.get(text(pair, "localCandidateId", ""));
    return candidate == null ? Transport.NONE.protocol() : text(candidate, "protocol", Transport.NONE.protocol());
  }

  private static String text(RTCStats stats, String name, String fallback) {
    Object value = stats.getAttributes().get(name);
    return value == null ? fallback : value.toString();
  }

  private static long number(RTCStats stats, String name) {
    return stats.getAttributes().get(name) instanceof Number number ? number.longValue() : 0;
  }
}
