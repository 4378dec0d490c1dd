package sfu.load.run;

import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What options are given, as text; each refuses what it can't read with the line that says what it takes. {@code name}
 * is the option's, as typed.
 */
public final class Values {

  private static final Pattern TIME = Pattern.compile("([0-9]{1,6})(s|m|h|)");
  private static final Pattern RATE = Pattern.compile("([0-9]{1,6}(?:\\.[0-9]{1,6})?)(?:/(s|m)|)");
  private static final Pattern BITRATE = Pattern.compile("([0-9]{1,10}(?:\\.[0-9]{1,6})?)([kKmM]?)");
  private static final int MIN_BPS = 30_000;
  private static final int MAX_BPS = 100_000_000;
  private static final double SECONDS_OF_A_MINUTE = 60;

  private Values() {}

  /** A whole number of that range. */
  public static int count(String name, String text, int least, int most) throws UsageException {
    try {
      int count = Integer.parseInt(text);
      if (count >= least && count <= most) {
        return count;
      }
    } catch (NumberFormatException _) {
      // Said below.
    }
    throw refused(name, text, "a whole number from " + least + " to " + most);
  }

  static long pid(String name, String text) throws UsageException {
    try {
      long pid = Long.parseLong(text);
      if (pid > 0 && ProcessHandle.of(pid).isPresent()) {
        return pid;
      }
    } catch (NumberFormatException _) {
      // Said below.
    }
    throw refused(name, text, "the id of a process that runs on this machine");
  }

  /** As "90s", "30m", "1h"; seconds without a unit. */
  public static Duration time(String name, String text) throws UsageException {
    Matcher matcher = TIME.matcher(text);
    if (matcher.matches() && Long.parseLong(matcher.group(1)) > 0) {
      long amount = Long.parseLong(matcher.group(1));
      return switch (matcher.group(2)) {
        case "m" -> Duration.ofMinutes(amount);
        case "h" -> Duration.ofHours(amount);
        default -> Duration.ofSeconds(amount);
      };
    }
    throw refused(name, text, "a time such as 90s, 30m or 1h");
  }

  /** As "2/s", "0.5/s", "30/m"; a second without a unit. */
  static double rate(String name, String text) throws UsageException {
    Matcher matcher = RATE.matcher(text);
    if (matcher.matches() && Double.parseDouble(matcher.group(1)) > 0) {
      return Double.parseDouble(matcher.group(1)) / ("m".equals(matcher.group(2)) ? SECONDS_OF_A_MINUTE : 1);
    }
    throw refused(name, text, "a rate such as 2/s, 0.5/s or 30/m");
  }

  /** In bit/s. */
  static int bitrate(String name, String text) throws UsageException {
    Matcher matcher = BITRATE.matcher(text);
    if (matcher.matches()) {
      double scale =
          switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
            case "k" -> 1e3;
            case "m" -> 1e6;
            default -> 1;
          };
      double bps = Double.parseDouble(matcher.group(1)) * scale;
      if (bps >= MIN_BPS && bps <= MAX_BPS) {
        return (int) Math.round(bps);
      }
    }
    throw refused(name, text, "a bit rate from 30K to 100M, such as 900K or 2.5M");
  }

  static URI url(String name, String text) throws UsageException {
    try {
      URI url = URI.create(text);
      boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (http && url.getHost() != null) {
        return url;
      }
    } catch (IllegalArgumentException _) {
      // Said below.
    }
    throw refused(name, text, "an address such as http://127.0.0.1:8070");
  }

  static <T> T choice(String name, String text, String possible, Map<String, T> choices) throws UsageException {
    T choice = choices.get(text.toLowerCase(Locale.ROOT));
    if (choice == null) {
      throw refused(name, text, possible);
    }
    return choice;
  }

  /** {@code name}: where it came from. What it was given stays out of the message. */
  static byte[] key(String name, String text) throws UsageException {
    try {
      byte[] key = Base64.getDecoder().decode(text.strip());
      if (key.length > 0) {
        return key;
      }
    } catch (IllegalArgumentException _) {
      // Said below.
    }
    throw new UsageException(name + " isn't base64: it takes what the server has as AUTH_KEY");
  }

  private static UsageException refused(String name, String text, String possible) {
    return new UsageException(name + " takes " + possible + ", not \"" + text + "\"");
  }
}
