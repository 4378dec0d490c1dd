package sfu.load.run;

/** A command line that can't be followed. Its message is one line: what, why, and what is possible. */
public final class UsageException extends Exception {

  private static final long serialVersionUID = 1L;

  public UsageException(String message) {
    super(message);
  }
}
