package sfu.load.run;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What a command line asks for.
 *
 * @param server the one to drive; empty for one of ours, to be started
 * @param workers of the server to be started
 * @param fitted a sentence that says why the crowd is smaller than the scenario's, if nobody asked for that
 * @param warmUp how long media flows before anything is measured
 * @param duration of the part that is measured; of no meaning to a search
 * @param joinsPerSecond how fast participants come
 * @param threads of the wire engine; 0 for as many as it has cores
 * @param pin whether server and load get cores of their own, where that is possible
 * @param report the folder for the report; empty for the usual one
 * @param given the options as typed, by name, without keys; with what depends on this machine
 */
record LoadOptions(
    Optional<Remote> server,
    int workers,
    Crowd crowd,
    Optional<String> fitted,
    Duration warmUp,
    Duration duration,
    double joinsPerSecond,
    EngineKind engine,
    int threads,
    boolean pin,
    Optional<Path> report,
    Mode mode,
    Map<String, String> given) {

  /** What is to be found out. */
  sealed interface Mode {

    /** How this load is carried. */
    record Once() implements Mode {}

    /** How much load is carried. */
    record FindLimit(Duration step) implements Mode {}

    /** How this load is carried, compared with another server: by turns, as often as there are rounds. */
    record Compare(Remote other, int rounds) implements Mode {}
  }
}
