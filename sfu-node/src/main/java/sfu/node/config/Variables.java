package sfu.node.config;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An environment's variables as what they mean, each with its complaint when it means nothing. */
final class Variables {

  private static final Set<String> FALSE_WORDS = Set.of("disable", "false", "none", "no", "0");

  private final Map<String, String> environment;
  private final HostResolver resolver;

  Variables(Map<String, String> environment, HostResolver resolver) {
    this.environment = environment;
    this.resolver = resolver;
  }

  InetAddress address(String name, String byDefault) throws ConfigException {
    String value = text(name);
    return resolve(name, value == null ? byDefault : value, "an address of this machine");
  }

  InetAddress resolve(String name, String value, String takes) throws ConfigException {
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

  long number(String name, long byDefault, long min, long max) throws ConfigException {
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

  @SafeVarargs
  final <E extends Enum<E>> E choice(String name, Class<E> type, E byDefault, E... allowed) throws ConfigException {
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

  boolean isFalse(String name) {
    String value = text(name);
    return value != null && FALSE_WORDS.contains(value.toLowerCase(Locale.ROOT));
  }

  /** The value without the space around it; null if there is none. */
  String text(String name) {
    String value = environment.get(name);
    return value == null || value.isBlank() ? null : value.strip();
  }

  static ConfigException wrong(String name, String takes, String got) {
    String shown = got.length() > 200 ? got.substring(0, 200) + "…" : got;
    String oneLine = shown.codePoints().map(c -> Character.isISOControl(c) ? ' ' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    return new ConfigException(name + " takes " + takes + ", but is \"" + oneLine + "\"");
  }
}
