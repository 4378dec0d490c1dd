package sfu.protocol.ortc;

import java.util.List;

/** What a client needs to reach one transport of the server. */
public record TransportConfig(
    String id, IceParameters iceParameters, List<IceCandidate> iceCandidates, DtlsParameters dtlsParameters) {}
