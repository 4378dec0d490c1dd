package sfu.node.ops;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import org.slf4j.LoggerFactory;
import sfu.node.config.Config;

/** Sets Logback up from LOG_LEVEL, LOG_TIMESTAMP, LOG_COLOR, DEBUG and WORKER_LOG_LEVEL. Lines go to stdout. */
public final class Logging {

  /** Prints what an operator asked for (statistics), whatever LOG_LEVEL says. */
  public static final String STATISTICS = "sfu.statistics";

  private Logging() {}

  public static void configure(Config.Log settings) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();

    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(pattern(settings));
    encoder.start();

    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setEncoder(encoder);
    console.start();

    Level level = logback(settings.level());
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.addAppender(console);
    // The frameworks below are chatty at info; what they say there helps their authors, not an operator.
    root.setLevel(level.isGreaterOrEqual(Level.WARN) ? level : Level.WARN);
    context.getLogger("sfu").setLevel(level);
    // A port that is taken ends the start with a line of our own; this would add a stack trace to it.
    context.getLogger("org.apache.pekko.io.TcpListener").setLevel(Level.OFF);
    // That one Pekko module is older is known, and tested (ModuleVersionsTest).
    context.getLogger("org.apache.pekko.util.ManifestInfo").setLevel(Level.OFF);
    context.getLogger(STATISTICS).setLevel(Level.INFO);
    if (!settings.debug().isEmpty()) {
      context.addTurboFilter(new DebugPatterns(settings.debug(), logback(settings.worker())));
    }
  }

  private static String pattern(Config.Log settings) {
    boolean color =
        switch (settings.color()) {
          case ON -> true;
          case OFF -> false;
          case AUTO -> System.console() != null && System.console().isTerminal();
        };
    String time = settings.timestamp() ? "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} " : "";
    String level = color ? "%highlight(%-5level)" : "%-5level";
    return time + level + " %logger{0}: %msg%n";
  }

  private static Level logback(Config.Level level) {
    return switch (level) {
      case NONE -> Level.OFF;
      case ERROR -> Level.ERROR;
      case WARN -> Level.WARN;
      case INFO -> Level.INFO;
      case DEBUG -> Level.DEBUG;
      case VERBOSE -> Level.TRACE;
    };
  }
}
