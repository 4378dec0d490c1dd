package sfu.protocol.ortc;

import com.fasterxml.jackson.annotation.JsonInclude;

/** RTCP settings of a stream: CNAME, whether it is of reduced size (RFC 5506), whether it shares the port with RTP. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RtcpParameters(String cname, Boolean reducedSize, Boolean mux) {}
