package sfu.node.media;

import sfu.node.CborMessage;

/** What a media worker tells a transport's owner unasked. */
public sealed interface MediaEvent extends CborMessage {

  /** DTLS is done and the client's certificate has the announced fingerprint: media can flow. */
  record TransportConnected(String transportId) implements MediaEvent {}

  /** A transport ended by itself; nothing more comes from it, and it is already gone. */
  record TransportClosed(String transportId, Reason reason) implements MediaEvent {

    /** Why a transport ended. */
    public enum Reason {
      /** DTLS failed: a bad handshake or a certificate with another fingerprint. */
      DTLS_FAILED,
      /** The client said goodbye (DTLS close_notify). */
      CLOSED_BY_PEER,
      /** Nothing was heard of the client for 30 s (RFC 7675). */
      CONSENT_EXPIRED,
      /** The worker ends. */
      WORKER_STOPPED,
      /** A defect of the server; the log has it. */
      INTERNAL_ERROR
    }
  }

  /** The worker is about to go away, in some seconds: what the owner has on it should begin anew on another. */
  record WorkerDraining() implements MediaEvent {}

  /**
   * A consumer ended with the relay that brought its producer here from another worker, though the producer may go on
   * there: it can be opened again. Not told when the producer itself was closed.
   */
  record ConsumerLost(String consumerId) implements MediaEvent {}

  /** The audio level of a producer opened with {@code detectSpeaking} says that somebody began or ceased to talk. */
  record Speaking(String producerId, boolean speaking) implements MediaEvent {}
}
