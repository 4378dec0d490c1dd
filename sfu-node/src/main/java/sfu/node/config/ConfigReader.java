package sfu.node.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import sfu.node.config.Config.Cluster;
import sfu.node.config.Config.Codecs;
import sfu.node.config.Config.Color;
import sfu.node.config.Config.CryptoChoice;
import sfu.node.config.Config.Http;
import sfu.node.config.Config.IoChoice;
import sfu.node.config.Config.Level;
import sfu.node.config.Config.Limits;
import sfu.node.config.Config.Log;
import sfu.node.config.Config.Rtc;
import sfu.protocol.jwt.Keys;
import sfu.protocol.ortc.RouterCapabilities;

/** One reading of an environment: each variable with its default, its range and its complaint. */
final class ConfigReader {

  /**
   * What a session's buffers may take when the operator sets no limit: far beyond what a live client needs, so that one
   * that stopped reading is closed before it costs the others their memory.
   */
  static final long DEFAULT_BUFFER_BYTES = 16L << 20;

  private final Variables variables;
  private final List<String> warnings = new ArrayList<>();

  ConfigReader(Map<String, String> environment, HostResolver resolver) {
    variables = new Variables(environment, resolver);
  }

  Config read() throws ConfigException {
    Rtc rtc = rtc();
    byte[] authKey = authKey();
    Http http =
        new Http(
            variables.address("HTTP_INTERFACE", "0.0.0.0"),
            (int) variables.number("PORT", 8070, 1, 65535),
            variables.text("PROXY") != null && !variables.isFalse("PROXY"));
    Codecs codecs =
        new Codecs(
            codecs("AUDIO_CODECS", RouterCapabilities.AUDIO_CODECS),
            codecs("VIDEO_CODECS", RouterCapabilities.VIDEO_CODECS),
            variables.number("MAX_VIDEO_BITRATE", 4_000_000, 1_000, 1_000_000_000));
    Limits limits =
        new Limits(
            (int) variables.number("CHANNEL_SIZE", 100, 1, 100_000),
            (int) variables.number("SESSIONS_PER_WORKER", Integer.MAX_VALUE, 1, Integer.MAX_VALUE),
            variables.number("MAX_BUF_IN", DEFAULT_BUFFER_BYTES, 1_024, Integer.MAX_VALUE),
            variables.number("MAX_BUF_OUT", DEFAULT_BUFFER_BYTES, 1_024, Integer.MAX_VALUE));
    ClusterReader clusterReader = new ClusterReader(variables, warnings);
    Cluster cluster = clusterReader.cluster();
    return new Config(
        authKey,
        http,
        rtc,
        codecs,
        limits,
        cluster,
        clusterReader.management(cluster),
        log(),
        List.copyOf(warnings));
  }

  private Rtc rtc() throws ConfigException {
    String publicHost = variables.text("PUBLIC_IP");
    String publicTakes = "an IPv4 address, an IPv6 address or a host name";
    if (publicHost == null) {
      throw new ConfigException("PUBLIC_IP is not set: it takes " + publicTakes);
    }
    int minPort = (int) variables.number("RTC_MIN_PORT", 40_000, 1, 65_535);
    int maxPort = (int) variables.number("RTC_MAX_PORT", 49_999, 1, 65_535);
    if (maxPort < minPort) {
      throw Variables.wrong(
          "RTC_MAX_PORT", "a port from RTC_MIN_PORT (" + minPort + ") to 65535", String.valueOf(maxPort));
    }
    int workers = (int) variables.number("NUM_WORKERS", Runtime.getRuntime().availableProcessors(), 1, 1_024);
    if (workers > maxPort - minPort + 1) {
      throw Variables.wrong(
          "NUM_WORKERS",
          "at most as many as there are ports from RTC_MIN_PORT to RTC_MAX_PORT (" + (maxPort - minPort + 1) + ")",
          String.valueOf(workers));
    }
    return new Rtc(
        publicHost,
        variables.resolve("PUBLIC_IP", publicHost, publicTakes),
        variables.address("RTC_INTERFACE", "0.0.0.0"),
        minPort,
        maxPort,
        workers,
        variables.number("MAX_BITRATE_IN", 8_000_000, 1_000, 10_000_000_000L),
        variables.number("MAX_BITRATE_OUT", 10_000_000, 1_000, 10_000_000_000L),
        variables.choice("SFU_IO", IoChoice.class, IoChoice.BEST),
        variables.choice("SFU_CRYPTO", CryptoChoice.class, CryptoChoice.BEST));
  }

  private Log log() throws ConfigException {
    Level worker =
        variables.choice(
            "WORKER_LOG_LEVEL", Level.class, Level.ERROR, Level.NONE, Level.ERROR, Level.WARN, Level.DEBUG);
    boolean noColor = variables.isFalse("LOG_COLOR");
    Color color = variables.text("LOG_COLOR") == null ? Color.AUTO : noColor ? Color.OFF : Color.ON;
    String debug = variables.text("DEBUG");
    List<String> patterns =
        debug == null ? List.of() : Arrays.stream(debug.split("[\\s,]+")).filter(p -> !p.isEmpty()).toList();
    Level level = variables.choice("LOG_LEVEL", Level.class, Level.ERROR);
    return new Log(level, !variables.isFalse("LOG_TIMESTAMP"), color, worker, patterns);
  }

  /** AUTH_KEY never appears in a message: these lines end in logs and tickets. */
  private byte[] authKey() throws ConfigException {
    String value = variables.text("AUTH_KEY");
    if (value == null) {
      throw new ConfigException("AUTH_KEY is not set: it takes the base64 key that Odoo has as RTC server KEY");
    }
    byte[] key =
        Keys.decode(value)
            .orElseThrow(
                () ->
                    new ConfigException(
                        "AUTH_KEY is not base64: it takes the base64 key that Odoo has as RTC server KEY"));
    if (Keys.isShort(key)) {
      warnings.add(
          "AUTH_KEY has " + key.length * 8 + " bits: tokens signed with less than 256 bits can be forged by guessing");
    }
    return key;
  }

  /** The names of a comma separated list, in the order of {@code known}: that order fixes the payload types. */
  private List<String> codecs(String name, List<String> known) throws ConfigException {
    String value = variables.text(name);
    if (value == null) {
      return known;
    }
    List<String> wanted = Arrays.stream(value.split(",")).map(String::strip).filter(c -> !c.isEmpty()).toList();
    for (String codec : wanted) {
      if (known.stream().noneMatch(codec::equalsIgnoreCase)) {
        throw Variables.wrong(name, "a comma separated list of " + String.join(", ", known), value);
      }
    }
    if (wanted.isEmpty()) {
      throw Variables.wrong(name, "a comma separated list of " + String.join(", ", known), value);
    }
    return known.stream().filter(k -> wanted.stream().anyMatch(k::equalsIgnoreCase)).toList();
  }
}
