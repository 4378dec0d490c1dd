package sfu.load.run;

import java.util.List;
import java.util.Map;

/**
 * A server of ours to be started.
 *
 * @param workers NUM_WORKERS
 * @param participants of a channel, at most
 * @param environment variables besides those that a load needs
 * @param javaOptions besides those that the launcher gives to every server
 */
public record ServerSettings(
    int workers, int participants, Map<String, String> environment, List<String> javaOptions) {

  public ServerSettings {
    environment = Map.copyOf(environment);
    javaOptions = List.copyOf(javaOptions);
  }

  /** As {@code ./sfu start} runs it. */
  public static ServerSettings of(int workers, int participants) {
    return new ServerSettings(workers, participants, Map.of(), List.of());
  }
}
