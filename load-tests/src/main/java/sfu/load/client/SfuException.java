package sfu.load.client;

/** The server answered otherwise than the protocol says, didn't answer in time, or the connection ended. */
public final class SfuException extends RuntimeException {

  /** {@code message} says what was tried and what came of it. */
  public SfuException(String message) {
    super(message);
  }
}
