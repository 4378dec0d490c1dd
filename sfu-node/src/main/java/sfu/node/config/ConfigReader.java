package sfu.node.config;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

  private static final Set<String> FALSE_WORDS = Set.of("disable", "false", "none", "no", "0");

  private final Map<String, String> environment;
  private final HostResolver resolver;
  private final List<String> warnings = new ArrayList<>();

  ConfigReader(Map<String, String> environment, HostResolver resolver) {
    this.environment = environment;
    this.resolver = resolver;
  }

  Config read() throws ConfigException {
    Rtc rtc = rtc();
    byte[] authKey = authKey();
    Http http =
        new Http(
            address("HTTP_INTERFACE", "0.0.0.0"),
            (int) number("PORT", 8070, 1, 65535),
            text("PROXY") != null && !isFalse("PROXY"));
    Codecs codecs =
        new Codecs(
            codecs("AUDIO_CODECS", RouterCapabilities.AUDIO_CODECS),
            codecs("VIDEO_CODECS", RouterCapabilities.VIDEO_CODECS),
            number("MAX_VIDEO_BITRATE", 4_000_000, 1_000, 1_000_000_000));
    Limits limits =
        new Limits(
            (int) number("CHANNEL_SIZE", 100, 1, 100_000),
            (int) number("SESSIONS_PER_WORKER", Integer.MAX_VALUE, 1, Integer.MAX_VALUE),
            number("MAX_BUF_IN", DEFAULT_BUFFER_BYTES, 1_024, Integer.MAX_VALUE),
            number("MAX_BUF_OUT", DEFAULT_BUFFER_BYTES, 1_024, Integer.MAX_VALUE));
    return new Config(authKey, http, rtc, codecs, limits, log(), List.copyOf(warnings));
  }

  private Rtc rtc() throws ConfigException {
    String publicHost = text("PUBLIC_IP");
    String publicTakes = "an IPv4 address, an IPv6 address or a host name";
    if (publicHost == null) {
      throw new ConfigException("PUBLIC_IP is not set: it takes " + publicTakes);
    }
    int minPort = (int) number("RTC_MIN_PORT", 40_000, 1, 65_535);
    int maxPort = (int) number("RTC_MAX_PORT", 49_999, 1, 65_535);
    if (maxPort < minPort) {
      throw wrong("RTC_MAX_PORT", "a port from RTC_MIN_PORT (" + minPort + ") to 65535", String.valueOf(maxPort));
    }
    int workers = (int) number("NUM_WORKERS", Runtime.getRuntime().availableProcessors(), 1, 1_024);
    if (workers > maxPort - minPort + 1) {
      throw wrong(
          "NUM_WORKERS",
          "at most as many as there are ports from RTC_MIN_PORT to RTC_MAX_PORT (" + (maxPort - minPort + 1) + ")",
          String.valueOf(workers));
    }
    return new Rtc(
        publicHost,
        resolve("PUBLIC_IP", publicHost, publicTakes),
        address("RTC_INTERFACE", "0.0.0.0"),
        minPort,
        maxPort,
        workers,
        number("MAX_BITRATE_IN", 8_000_000, 1_000, 10_000_000_000L),
        number("MAX_BITRATE_OUT", 10_000_000, 1_000, 10_000_000_000L),
        choice("SFU_IO", IoChoice.class, IoChoice.BEST),
        choice("SFU_CRYPTO", CryptoChoice.class, CryptoChoice.BEST));
  }

  private Log log() throws ConfigException {
    Level worker = choice("WORKER_LOG_LEVEL", Level.class, Level.ERROR, Level.NONE, Level.ERROR, Level.WARN, Level.DEBUG);
    Color color = text("LOG_COLOR") == null ? Color.AUTO : isFalse("LOG_COLOR") ? Color.OFF : Color.ON;
    String debug = text("DEBUG");
    List<String> patterns =
        debug == null ? List.of() : Arrays.stream(debug.split("[\\s,]+")).filter(p -> !p.isEmpty()).toList();
    return new Log(
        choice("LOG_LEVEL", Level.class, Level.ERROR), !isFalse("LOG_TIMESTAMP"), color, worker, patterns);
  }

  /** AUTH_KEY never appears in a message: these lines end in logs and tickets. */
  private byte[] authKey() throws ConfigException {
    String value = text("AUTH_KEY");
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

  private InetAddress address(String name, String byDefault) throws ConfigException {
    String value = text(name);
    return resolve(name, value == null ? byDefault : value, "an address of this machine");
  }

  private InetAddress resolve(String name, String value, String takes) throws ConfigException {
    // A bracketed IPv6 address is how URLs write it; people paste it from there.
    String host = value.startsWith("[") && value.endsWith("]") ? value.substring(1, value.length() - 1) : value;
    try {
      InetAddress address = resolver.resolve(host);
      // A scope id ("%eth0") means something on this machine only, and can't be announced.
      return address instanceof Inet6Address v6 ? InetAddress.getByAddress(null, v6.getAddress()) : address;
    } catch (UnknownHostException e) {
      throw wrong(name, takes, value);
    }
  }

  private long number(String name, long byDefault, long min, long max) throws ConfigException {
    String value = text(name);
    if (value == null) {
      return byDefault;
    }
    String takes = "a whole number from " + min + " to " + max;
    try {
      long number = Long.parseLong(value);
      if (number < min || number > max) {
        throw wrong(name, takes, value);
      }
      return number;
    } catch (NumberFormatException e) {
      throw wrong(name, takes, value);
    }
  }

  /** The names of a comma separated list, in the order of {@code known}: that order fixes the payload types. */
  private List<String> codecs(String name, List<String> known) throws ConfigException {
    String value = text(name);
    if (value == null) {
      return known;
    }
    List<String> wanted = Arrays.stream(value.split(",")).map(String::strip).filter(c -> !c.isEmpty()).toList();
    for (String codec : wanted) {
      if (known.stream().noneMatch(codec::equalsIgnoreCase)) {
        throw wrong(name, "a comma separated list of " + String.join(", ", known), value);
      }
    }
    if (wanted.isEmpty()) {
      throw wrong(name, "a comma separated list of " + String.join(", ", known), value);
    }
    return known.stream().filter(k -> wanted.stream().anyMatch(k::equalsIgnoreCase)).toList();
  }

  @SafeVarargs
  private <E extends Enum<E>> E choice(String name, Class<E> type, E byDefault, E... allowed) throws ConfigException {
    String value = text(name);
    if (value == null) {
      return byDefault;
    }
    List<E> choices = allowed.length == 0 ? List.of(type.getEnumConstants()) : List.of(allowed);
    Function<E, String> word = e -> e.name().toLowerCase(Locale.ROOT);
    for (E candidate : choices) {
      if (word.apply(candidate).equalsIgnoreCase(value)) {
        return candidate;
      }
    }
    Stream<String> words = choices.stream().map(word);
    throw wrong(name, "one of " + words.collect(Collectors.joining(", ")), value);
  }

  private boolean isFalse(String name) {
    String value = text(name);
    return value != null && FALSE_WORDS.contains(value.toLowerCase(Locale.ROOT));
  }

  private String text(String name) {
    String value = environment.get(name);
    return value == null || value.isBlank() ? null : value.strip();
  }

  private static ConfigException wrong(String name, String takes, String got) {
    String shown = got.length() > 200 ? got.substring(0, 200) + "…" : got;
    String oneLine = shown.codePoints().map(c -> Character.isISOControl(c) ? ' ' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    return new ConfigException(name + " takes " + takes + ", but is \"" + oneLine + "\"");
  }
}
