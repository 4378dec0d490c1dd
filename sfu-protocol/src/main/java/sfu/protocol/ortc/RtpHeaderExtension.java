package sfu.protocol.ortc;

import com.fasterxml.jackson.annotation.JsonInclude;

/** A header extension (RFC 8285) that an endpoint can handle, per kind. {@code direction}: sendrecv, sendonly, recvonly or inactive. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RtpHeaderExtension(
    MediaKind kind, String uri, int preferredId, boolean preferredEncrypt, String direction) {}
