package sfu.node.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import sfu.node.config.Config;

class LoggingTest {

  private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();

  @AfterEach
  void quietAgain() {
    configure(Config.Level.ERROR, Config.Level.ERROR);
  }

  private static void configure(Config.Level level, Config.Level worker, String... debug) {
    Logging.configure(new Config.Log(level, false, Config.Color.OFF, worker, List.of(debug)));
  }

  private boolean logs(String name, Level level) {
    return context.getLogger(name).isEnabledFor(level);
  }

  @Test
  void theLevelHoldsForOurLoggersAndFrameworksStayQuiet() {
    configure(Config.Level.INFO, Config.Level.ERROR);
    assertThat(logs("sfu.node.cluster.Session", Level.INFO)).isTrue();
    assertThat(logs("sfu.node.cluster.Session", Level.DEBUG)).isFalse();
    assertThat(logs("org.apache.pekko.Anything", Level.INFO)).isFalse();
  }

  @Test
  void noneSilencesAllButWhatTheOperatorAsksFor() {
    configure(Config.Level.NONE, Config.Level.ERROR);
    assertThat(logs("sfu.node.cluster.Session", Level.ERROR)).isFalse();
    assertThat(logs("org.apache.pekko.Anything", Level.ERROR)).isFalse();
    assertThat(logs(Logging.STATISTICS, Level.INFO)).isTrue();
  }

  @Test
  void debugPatternsOpenTheLoggersTheyName() {
    configure(Config.Level.ERROR, Config.Level.DEBUG, "sfu:media*", "-sfu:media:io*");
    assertThat(logs("sfu.node.media.MediaWorker", Level.DEBUG)).isTrue();
    assertThat(logs("sfu.node.media.io.LinuxIo", Level.DEBUG)).isFalse();
    assertThat(logs("sfu.node.cluster.Session", Level.DEBUG)).isFalse();
  }

  @Test
  void theWorkerLevelHoldsForMediaLoggersThatDebugNames() {
    configure(Config.Level.NONE, Config.Level.WARN, "*");
    assertThat(logs("sfu.node.media.MediaWorker", Level.WARN)).isTrue();
    assertThat(logs("sfu.node.media.MediaWorker", Level.DEBUG)).isFalse();
    assertThat(logs("sfu.node.cluster.Session", Level.DEBUG)).isTrue();
  }

  @Test
  void theWorkerLevelNeedsDebug() {
    configure(Config.Level.ERROR, Config.Level.DEBUG);
    assertThat(logs("sfu.node.media.MediaWorker", Level.DEBUG)).isFalse();
  }
}
