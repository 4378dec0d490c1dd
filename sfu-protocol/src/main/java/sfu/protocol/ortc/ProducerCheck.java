package sfu.protocol.ortc;

/** Whether a client may send what it announced. */
public sealed interface ProducerCheck {

  /**
   * It may. {@code rtpParameters}: the codec in use first, then its RTX if there is one, and of the header extensions
   * those that the router knows, with the client's payload types and ids.
   */
  record Ok(RtpParameters rtpParameters) implements ProducerCheck {}

  /** It may not; {@code reason} is for the log and quotes nothing of the client's. */
  record Refused(String reason) implements ProducerCheck {}
}
