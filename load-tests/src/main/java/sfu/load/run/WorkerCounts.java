package sfu.load.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What media workers of ours counted, as their server logs it when it is asked to (SIGIO), and what that says. */
final class WorkerCounts {

  private static final Pattern LINE = Pattern.compile("media worker \\S+ counted (.*)$");

  private WorkerCounts() {}

  /** The lines of a log that say so, oldest first. */
  static List<String> lines(String log) {
    return log.lines().filter(line -> LINE.matcher(line).find()).toList();
  }

  /** The sums of some workers' lines, by name. */
  static Map<String, Long> sum(List<String> lines) {
    Map<String, Long> sums = new LinkedHashMap<>();
    for (String line : lines) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.find()) {
        for (String count : matcher.group(1).split(" ")) {
          int equals = count.indexOf('=');
          if (equals > 0) {
            sums.merge(count.substring(0, equals), Long.parseLong(count.substring(equals + 1)), Long::sum);
          }
        }
      }
    }
    return sums;
  }

  /** What passed between two sums, for people; empty if nothing is known. */
  static Map<String, String> describe(Map<String, Long> before, Map<String, Long> after) {
    Map<String, Long> passed = new LinkedHashMap<>();
    after.forEach((name, count) -> passed.put(name, count - before.getOrDefault(name, 0L)));
    Map<String, String> told = new LinkedHashMap<>();
    if (after.isEmpty()) {
      return told;
    }
    long packets = passed.getOrDefault("datagrams_out", 0L);
    long messages = packets - passed.getOrDefault("gso_datagrams", 0L) + passed.getOrDefault("gso_sends", 0L);
    if (messages > 0) {
      told.put("packets a message", "%.1f".formatted((double) packets / messages));
    }
    long calls = passed.getOrDefault("send_calls", 0L);
    if (calls > 0) {
      told.put("packets a send call", "%.1f".formatted((double) packets / calls));
    }
    told.put("retransmissions", Long.toString(passed.getOrDefault("retransmissions", 0L)));
    told.put("key frames asked for", Long.toString(passed.getOrDefault("key_frame_requests", 0L)));
    String drops =
        passed.entrySet().stream()
            .filter(entry -> entry.getKey().contains("drop") || entry.getKey().endsWith("overflown"))
            .filter(entry -> entry.getValue() > 0)
            .map(entry -> entry.getKey().replace("dropped_", "") + " " + entry.getValue())
            .collect(Collectors.joining(", "));
    told.put("dropped", drops.isEmpty() ? "nothing" : drops);
    return told;
  }
}
