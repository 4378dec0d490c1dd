package sfu.node.config;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of one node. {@code authKey} is the decoded AUTH_KEY, {@code management} is empty when that is switched
 * off, {@code warnings} are lines for the log at start.
 */
public record Config(
    byte[] authKey,
    Http http,
    Rtc rtc,
    Codecs codecs,
    Limits limits,
    Cluster cluster,
    Optional<Management> management,
    Log log,
    List<String> warnings) {

  /** Where HTTP and WebSocket are served; {@code proxy}: trust the x-forwarded headers. */
  public record Http(InetAddress bind, int port, boolean proxy) {}

  /**
   * Where media is served: {@code publicHost} as the operator wrote it, {@code publicAddress} what it resolved to and
   * what ICE candidates announce. Ports are inclusive. Bit rates are per session.
   */
  public record Rtc(
      String publicHost,
      InetAddress publicAddress,
      InetAddress bind,
      int minPort,
      int maxPort,
      int workers,
      long maxBitrateInBps,
      long maxBitrateOutBps,
      IoChoice io,
      CryptoChoice crypto) {}

  /** Which sockets the workers use: the best that works here, Linux system calls, or java.nio. */
  public enum IoChoice {
    BEST,
    LINUX,
    NIO
  }

  /** Who encrypts packets: the best that works here, OpenSSL's libcrypto, or the JDK. */
  public enum CryptoChoice {
    BEST,
    LIBCRYPTO,
    JDK
  }

  /** Codec names as in AUDIO_CODECS and VIDEO_CODECS, in the capabilities' order; the highest layer's bit rate. */
  public record Codecs(List<String> audio, List<String> video, long maxVideoBitrateBps) {}

  /**
   * Sessions a channel, and of those on one media worker before the next is used; bytes buffered a session from and to its
   * client.
   */
  public record Limits(int channelSize, int sessionsPerWorker, long maxBufferInBytes, long maxBufferOutBytes) {}

  /**
   * How this node becomes part of a cluster. {@code host} is to the letter what the other nodes call it (an IPv6
   * address in brackets), {@code address} what that resolved to; it listens there. Port 0: any.
   */
  public record Cluster(Joining joining, String host, InetAddress address, int port, Optional<Tls> tls) {

    /** Whether this node stays a cluster of one. */
    public boolean isAlone() {
      return joining instanceof Joining.Alone;
    }
  }

  /** How the other nodes are found. */
  public sealed interface Joining {

    /** There are none. */
    record Alone() implements Joining {}

    /** They are listed, in the same order on every node: the first may begin a cluster, all others only join. */
    record Seeds(List<Endpoint> seeds) implements Joining {}

    /**
     * They are the addresses that DNS has for {@code service}; where nodes share an address, their ports too (SRV records).
     * No cluster begins before {@code minNodes} of them are seen.
     */
    record Dns(String service, int minNodes) implements Joining {}

    /** They are the pods that a label selector finds in this node's namespace. */
    record Kubernetes(String selector, int minNodes) implements Joining {}
  }

  /** A host, in brackets if it is an IPv6 address, and a port. */
  public record Endpoint(String host, int port) {

    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  /** PEM files: this node's certificate, its key, and the authority that signed the certificates of all nodes. */
  public record Tls(Path certificate, Path key, Path authority) {}

  /** Where health and membership are asked. If the port is taken, a node starts without, unless it is required. */
  public record Management(InetAddress bind, int port, boolean required) {}

  /** {@code debug}: logger patterns that log everything, {@code worker} the level of the media loggers among them. */
  public record Log(Level level, boolean timestamp, Color color, Level worker, List<String> debug) {}

  /** Levels from silence to everything. */
  public enum Level {
    NONE,
    ERROR,
    WARN,
    INFO,
    DEBUG,
    VERBOSE
  }

  /** Whether log lines have colour; AUTO: when a terminal reads them. */
  public enum Color {
    AUTO,
    ON,
    OFF
  }

  /**
   * Reads the settings from an environment.
   *
   * @param environment variables by name; an empty value counts as unset
   * @param resolver turns PUBLIC_IP, CLUSTER_HOST and the names of interfaces into addresses
   * @throws ConfigException at the first setting that makes no sense
   */
  public static Config from(Map<String, String> environment, HostResolver resolver) throws ConfigException {
    return new ConfigReader(environment, resolver).read();
  }

  /** The same with free ports, whichever they are, for HTTP and management. */
  public Config withAnyPorts() {
    return new Config(
        authKey,
        new Http(http.bind(), 0, http.proxy()),
        rtc,
        codecs,
        limits,
        cluster,
        management.map(m -> new Management(m.bind(), 0, m.required())),
        log,
        warnings);
  }

  /** Leaves the key out: this text may reach a log. */
  @Override
  public String toString() {
    return "Config[http=%s, rtc=%s, codecs=%s, limits=%s, cluster=%s, management=%s, log=%s]"
        .formatted(http, rtc, codecs, limits, cluster, management, log);
  }
}
