package sfu.protocol.ortc;

import com.fasterxml.jackson.annotation.JsonInclude;

/** A host candidate of the server. {@code protocol} is "udp" or "tcp"; {@code tcpType} is "passive" for tcp, else absent. */
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
