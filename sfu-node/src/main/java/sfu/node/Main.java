package sfu.node;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.stream.BindFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sfu.node.cluster.ChannelRecord;
import sfu.node.cluster.Handover;
import sfu.node.config.Config;
import sfu.node.config.ConfigException;
import sfu.node.ops.Logging;
import sfu.node.ops.Membership;
import sfu.node.ops.Signals;
import sfu.node.ops.Statistics;

/**
 * The process of a node: {@code start}, {@code demo FOLDER}, or {@code rehearse}, which starts a node of its own
 * somewhere on loopback and stops at once, so that the JVM can note which classes a start needs.
 *
 * <p>Exit codes: 0 after an orderly stop, 2 when the node can't start, with one line that says why, 3 when the cluster
 * went on without the node.
 */
public final class Main {

  private static final int CANNOT_START = 2;
  private static final int REMOVED = 3;
  /** What leaving the calls to others may take, and then the cluster. */
  private static final long STOP_SECONDS = 40;
  private static final long STATISTICS_SECONDS = 3;
  private static final long HANDOVER_SECONDS = 2;

  private Main() {}

  public static void main(String[] arguments) throws InterruptedException {
    String mode = arguments.length == 0 ? "start" : arguments[0];
    Config config;
    try {
      config = mode.equals("rehearse") ? rehearsal() : Config.from(System.getenv(), InetAddress::getByName);
    } catch (ConfigException e) {
      cannotStart(e.getMessage());
      return;
    }
    Logging.configure(config.log());
    Logger log = LoggerFactory.getLogger(Main.class);
    config.warnings().forEach(log::warn);
    Node node;
    try {
      Optional<Path> demo = mode.equals("demo") ? Optional.of(Path.of(arguments[1])) : Optional.empty();
      node = Node.start(config, handedOver(log), demo, new MediaWorkers(config)).toCompletableFuture().get();
    } catch (ExecutionException | UnsupportedOperationException e) {
      log.debug("the node can't start", e);
      cannotStart(reason(e, config));
      return;
    } catch (RuntimeException | LinkageError e) {
      // Other threads run already: without an exit the process would stay, and serve nobody.
      log.error("the node can't start, by a defect or for want of a JVM option", e);
      cannotStart(e.toString());
      return;
    }
    CountDownLatch stop = new CountDownLatch(1);
    Signals.handle(stop::countDown, node::closeAllSessions, () -> logStatistics(node, log));
    Signals.whenLauncherEnds(stop::countDown);
    node.ended().thenAccept(Main::exitUnlessStopped);
    announce(config, mode);
    if (mode.equals("rehearse")) {
      stop.countDown();
    }
    stop.await();
    handOver(node, log);
    stop(node, log);
  }

  private static Config rehearsal() throws ConfigException {
    Map<String, String> environment =
        Map.of(
            "PUBLIC_IP", "127.0.0.1",
            "HTTP_INTERFACE", "127.0.0.1",
            "RTC_INTERFACE", "127.0.0.1",
            "NUM_WORKERS", "1",
            "AUTH_KEY", Base64.getEncoder().encodeToString(new byte[32]));
    return Config.from(environment, InetAddress::getByName).withAnyPorts();
  }

  /** What an operator, or somebody who tries the demo, looks for first. */
  private static void announce(Config config, String mode) {
    Config.Rtc rtc = config.rtc();
    String host = rtc.publicHost().contains(":") ? "[" + rtc.publicHost() + "]" : rtc.publicHost();
    System.out.printf(
        "SFU ready: HTTP and WebSocket on %s port %d, media on %s (%d workers, ports %d to %d)%n",
        config.http().bind().getHostAddress(),
        config.http().port(),
        rtc.publicAddress().getHostAddress(),
        rtc.workers(),
        rtc.minPort(),
        rtc.maxPort());
    // Behind a proxy, that knows the address.
    if (mode.equals("demo") && !config.http().proxy()) {
      System.out.printf(
          "%nOpen this in two tabs:  http://%s:%d/demo/?channel=hello%nCtrl-C ends it.%n", host, config.http().port());
    }
  }

  /** Where the cluster, not this process, ended the node. */
  private static void exitUnlessStopped(Membership.End end) {
    switch (end) {
      case STOPPED -> {
        // By stop(), which exits itself.
      }
      case LEFT -> System.exit(0);
      case REMOVED -> {
        System.err.println(
            "sfu: the cluster removed this node, because the others couldn't reach it or it couldn't reach them:"
                + " start it again");
        System.exit(REMOVED);
      }
    }
  }

  /** Where the launcher lets a node leave its channels to the one after it; null if a node isn't restarted. */
  private static Path handover() {
    String file = System.getenv("SFU_HANDOVER");
    return file == null ? null : Path.of(file);
  }

  private static List<ChannelRecord> handedOver(Logger log) {
    try {
      return handover() == null ? List.of() : Handover.take(handover());
    } catch (IOException e) {
      log.error("the channels from before the restart are lost: clients have to be invited again", e);
      return List.of();
    }
  }

  private static void handOver(Node node, Logger log) throws InterruptedException {
    if (handover() == null) {
      return;
    }
    try {
      Handover.leave(handover(), node.channels().toCompletableFuture().get(HANDOVER_SECONDS, TimeUnit.SECONDS));
    } catch (IOException | ExecutionException | TimeoutException e) {
      log.error("a restart will lose the channels", e);
    }
  }

  private static void logStatistics(Node node, Logger log) {
    try {
      Statistics.log(
          node.stats().toCompletableFuture().get(STATISTICS_SECONDS, TimeUnit.SECONDS),
          node.workerStatistics().toCompletableFuture().get(STATISTICS_SECONDS, TimeUnit.SECONDS));
    } catch (ExecutionException | TimeoutException e) {
      log.error("no statistics", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void stop(Node node, Logger log) throws InterruptedException {
    try {
      node.stop().toCompletableFuture().get(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      log.error("the stop was not orderly", e);
    }
    System.exit(0);
  }

  private static String reason(Throwable failure, Config config) {
    Throwable cause = failure;
    while ((cause instanceof ExecutionException || cause instanceof CompletionException) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof BindFailedException) {
      return "PORT "
          + config.http().port()
          + " can't be bound on "
          + config.http().bind().getHostAddress()
          + ": it is taken, or not for this user or machine";
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  private static void cannotStart(String why) {
    System.err.println("sfu: " + why.lines().findFirst().orElse(why));
    System.exit(CANNOT_START);
  }
}
