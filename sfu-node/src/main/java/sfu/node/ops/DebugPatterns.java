package sfu.node.ops;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.slf4j.Marker;

/**
 * Lets loggers through that a DEBUG pattern names. Loggers go by the name of their package with colons and without
 * "node": {@code sfu.node.media.MediaWorker} is {@code sfu:media:MediaWorker}. {@code *} matches anything, a leading
 * {@code -} excludes. Media loggers pass from WORKER_LOG_LEVEL on, all others from debug on.
 */
final class DebugPatterns extends TurboFilter {

  private final List<Pattern> included = new ArrayList<>();
  private final List<Pattern> excluded = new ArrayList<>();
  private final Level workerLevel;
  private final ConcurrentHashMap<String, Level> thresholds = new ConcurrentHashMap<>();

  DebugPatterns(List<String> patterns, Level workerLevel) {
    this.workerLevel = workerLevel;
    for (String pattern : patterns) {
      boolean exclude = pattern.startsWith("-");
      String glob = Pattern.quote(exclude ? pattern.substring(1) : pattern).replace("*", "\\E.*\\Q");
      (exclude ? excluded : included).add(Pattern.compile(glob));
    }
  }

  @Override
  public FilterReply decide(
      Marker marker, Logger logger, Level level, String format, Object[] arguments, Throwable thrown) {
    Level threshold = thresholds.computeIfAbsent(logger.getName(), this::threshold);
    return level.isGreaterOrEqual(threshold) ? FilterReply.ACCEPT : FilterReply.NEUTRAL;
  }

  private Level threshold(String logger) {
    String name = logger.replaceFirst("^sfu\\.node\\b", "sfu").replace('.', ':');
    boolean named =
        included.stream().anyMatch(p -> p.matcher(name).matches())
            && excluded.stream().noneMatch(p -> p.matcher(name).matches());
    if (!named) {
      return Level.OFF;
    }
    return logger.startsWith("sfu.node.media.") ? workerLevel : Level.DEBUG;
  }
}
