package sfu.node.config;

/** A setting makes no sense. The message is one line for the operator: the variable, what it got and what it takes. */
public final class ConfigException extends Exception {

  private static final long serialVersionUID = 1L;

  ConfigException(String message) {
    super(message);
  }
}
