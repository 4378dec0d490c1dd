package sfu.protocol.ortc;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/** One side of DTLS: its role ("auto", "client" or "server") and the fingerprints of its certificate. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DtlsParameters(String role, List<DtlsFingerprint> fingerprints) {

  public DtlsParameters {
    fingerprints = fingerprints == null ? List.of() : List.copyOf(fingerprints);
  }
}
