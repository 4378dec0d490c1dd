package sfu.load.wire;

/** Media didn't flow in time; the message names who doesn't hear whom, and how everybody is. */
public final class NotFlowingException extends RuntimeException {

  NotFlowingException(String message) {
    super(message);
  }
}
