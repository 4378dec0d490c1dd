package sfu.node.media.worker;

import java.util.List;
import java.util.stream.Stream;
import sfu.node.media.io.NetIo;
import sfu.node.media.transport.WebRtcTransport;
import sfu.protocol.ortc.DtlsFingerprint;
import sfu.protocol.ortc.DtlsParameters;
import sfu.protocol.ortc.IceCandidate;
import sfu.protocol.ortc.TransportConfig;

/** What clients are told of a worker's transports: the same ports and certificate for all, own ICE credentials for each. */
final class TransportConfigs {
  // Type preference 126 for host candidates (RFC 8445, 5.1.2.2), local preference: UDP before TCP (RFC 6544, 4.2).
  private static final long UDP_PRIORITY = 1_076_302_079L;
  private static final long TCP_PRIORITY = 1_076_276_479L;

  private final List<IceCandidate> candidates;
  private final DtlsParameters dtls;

  TransportConfigs(WorkerSettings settings, NetIo io) {
    String address = settings.announced().getHostAddress();
    this.candidates =
        List.of(
            new IceCandidate("udpcandidate", UDP_PRIORITY, address, address, "udp", io.udpPort(), "host", null),
            new IceCandidate("tcpcandidate", TCP_PRIORITY, address, address, "tcp", io.tcpPort(), "host", "passive"));
    List<DtlsFingerprint> fingerprints =
        Stream.of("sha-1", "sha-256", "sha-224", "sha-384", "sha-512").map(settings.certificate()::fingerprint).toList();
    this.dtls = new DtlsParameters("auto", fingerprints);
  }

  TransportConfig of(WebRtcTransport transport) {
    return new TransportConfig(transport.id(), transport.iceParameters(), candidates, dtls);
  }
}
