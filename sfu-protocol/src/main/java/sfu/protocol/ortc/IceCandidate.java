package sfu.protocol.ortc;

import com.fasterxml.jackson.annotation.JsonInclude;

/** A host candidate of the server. {@code protocol}: "udp" or "tcp"; {@code tcpType}: "passive" for tcp, else null. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record IceCandidate(
    String foundation,
    long priority,
    String ip,
    String address,
    String protocol,
    int port,
    String type,
    String tcpType) {}
