package sfu.load.report;

import java.util.List;
import java.util.Map;

/**
 * All that one command measured.
 *
 * @param title of the page, as "meeting: 4 channels of 8"
 * @param command what a person types to get the same, without the key
 * @param startedAt ISO 8601, UTC
 * @param machine processor, cores, system, Java, where the load was made
 * @param versions of what took part, by name
 * @param settings what was asked for, by option, in the order of the help
 * @param runs one; several with {@code --compare}, A B A B; with {@code --find-limit} one a step
 * @param findings sentences for the top of the page: the limit and what broke, the ratios, what went wrong
 * @param comparison empty unless servers were compared
 */
public record LoadResult(
    String title,
    String command,
    String startedAt,
    String machine,
    Map<String, String> versions,
    Map<String, String> settings,
    List<RunResult> runs,
    List<String> findings,
    List<Ratio> comparison) {

  /**
   * One number of two servers.
   *
   * @param what with its unit, as "server CPU per packet, µs"
   * @param first median of the first server's runs, {@code second} of the other's
   * @param ratio median of the pairs' ratios, first to second
   * @param low the smallest of the pairs' ratios, {@code high} the largest
   */
  public record Ratio(String what, double first, double second, double ratio, double low, double high) {}
}
