package sfu.load.run;

/** Somebody had enough, before there was anything to show. */
public final class StoppedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public StoppedException() {
    super("ended early, by request");
  }
}
