package sfu.load.nativepeer;

import dev.onvoid.webrtc.RTCStats;
import dev.onvoid.webrtc.RTCStatsType;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import sfu.load.nativepeer.PeerEvent.Inbound;
import sfu.load.nativepeer.PeerEvent.Layer;
import sfu.load.nativepeer.PeerEvent.Transport;

/**
 * What libwebrtc's statistics (W3C webrtc-stats) say of a connection.
 *
 * @param inbound what it receives, by the id of the track
 */
record TransportStats(Transport transport, Map<String, Inbound> inbound) {

  static final TransportStats NONE = new TransportStats(Transport.NONE, Map.of());

  private static final double NANOS = 1e9;

  /** From the objects of one report by their ids. */
  static TransportStats read(Map<String, RTCStats> stats) {
    Map<String, Inbound> inbound = new HashMap<>();
    ofType(stats, RTCStatsType.INBOUND_RTP)
        .forEach(entry -> inbound.put(text(entry, "trackIdentifier", ""), inbound(entry)));
    Transport transport =
        ofType(stats, RTCStatsType.TRANSPORT)
            .findFirst()
            .map(entry -> transport(entry, stats))
            .orElse(Transport.NONE);
    return new TransportStats(transport, inbound);
  }

  private static Transport transport(RTCStats entry, Map<String, RTCStats> stats) {
    List<Layer> layers =
        ofType(stats, RTCStatsType.OUTBOUND_RTP)
            .filter(outbound -> text(outbound, "kind", "").equals("video"))
            .map(TransportStats::layer)
            .sorted(Comparator.comparing(Layer::rid))
            .toList();
    return new Transport(
        text(entry, "dtlsState", Transport.NONE.state()),
        protocol(stats, text(entry, "selectedCandidatePairId", "")),
        text(entry, "dtlsRole", Transport.NONE.dtlsRole()),
        layers,
        ofType(stats, RTCStatsType.OUTBOUND_RTP).mapToLong(outbound -> number(outbound, "packetsSent")).sum(),
        ofType(stats, RTCStatsType.OUTBOUND_RTP).mapToLong(TransportStats::bytesSent).sum());
  }

  private static Stream<RTCStats> ofType(Map<String, RTCStats> stats, RTCStatsType type) {
    return stats.values().stream().filter(entry -> entry.getType() == type);
  }

  private static Layer layer(RTCStats stats) {
    return new Layer(
        text(stats, "rid", ""),
        number(stats, "framesEncoded"),
        (int) number(stats, "frameWidth"),
        (int) number(stats, "frameHeight"),
        text(stats, "qualityLimitationReason", "none"),
        bytesSent(stats),
        number(stats, "keyFramesEncoded"),
        number(stats, "nackCount"),
        number(stats, "pliCount"));
  }

  private static long bytesSent(RTCStats stats) {
    return number(stats, "bytesSent") + number(stats, "headerBytesSent");
  }

  private static Inbound inbound(RTCStats stats) {
    return new Inbound(
        number(stats, "packetsReceived"),
        number(stats, "bytesReceived") + number(stats, "headerBytesReceived"),
        number(stats, "packetsLost"),
        number(stats, "retransmittedPacketsReceived"),
        nanos(stats, "jitter"),
        silenceNanos(stats),
        number(stats, "nackCount"),
        number(stats, "pliCount"),
        number(stats, "framesDecoded"),
        number(stats, "keyFramesDecoded"),
        number(stats, "framesDropped"),
        number(stats, "freezeCount"),
        nanos(stats, "totalFreezesDuration"),
        number(stats, "totalSamplesReceived"),
        number(stats, "concealedSamples"),
        number(stats, "silentConcealedSamples"));
  }

  /** The report's own time is in microseconds, the packet's in milliseconds of the same clock. */
  private static long silenceNanos(RTCStats stats) {
    return stats.getAttributes().get("lastPacketReceivedTimestamp") instanceof Number newest
        ? Math.max(0, (long) ((stats.getTimestamp() / 1e3 - newest.doubleValue()) * 1e6))
        : Inbound.NONE.silenceNanos();
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

  /** Of what is said in seconds. */
  private static long nanos(RTCStats stats, String name) {
    return stats.getAttributes().get(name) instanceof Number seconds ? (long) (seconds.doubleValue() * NANOS) : 0;
  }
}
