package sfu.protocol.ortc;

import com.fasterxml.jackson.annotation.JsonInclude;

/** RTCP settings of a stream: its CNAME, whether reduced-size RTCP (RFC 5506) is used, whether it is multiplexed with RTP. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RtcpParameters(String cname, Boolean reducedSize, Boolean mux) {}
