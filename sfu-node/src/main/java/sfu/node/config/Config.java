package sfu.node.config;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/**
 * The settings of one node. {@code authKey} is the decoded AUTH_KEY, {@code warnings} are lines for the log at start.
 */
public record Config(
    byte[] authKey, Http http, Rtc rtc, Codecs codecs, Limits limits, Log log, List<String> warnings) {

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
   * @param resolver turns PUBLIC_IP, HTTP_INTERFACE and RTC_INTERFACE into addresses
   * @throws ConfigException at the first setting that makes no sense
   */
  public static Config from(Map<String, String> environment, HostResolver resolver) throws ConfigException {
    return new ConfigReader(environment, resolver).read();
  }

  /** The same with a free HTTP port, whichever it is. */
  public Config withAnyHttpPort() {
    return new Config(authKey, new Http(http.bind(), 0, http.proxy()), rtc, codecs, limits, log, warnings);
  }

  /** Leaves the key out: this text may reach a log. */
  @Override
  public String toString() {
    return "Config[http=" + http + ", rtc=" + rtc + ", codecs=" + codecs + ", limits=" + limits + ", log=" + log + "]";
  }
}
