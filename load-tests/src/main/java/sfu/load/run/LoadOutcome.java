package sfu.load.run;

import java.util.List;
import java.util.Optional;
import sfu.load.report.LoadResult;

/**
 * What came of a load.
 *
 * @param windows when each of the result's runs was measured
 * @param limit what a search for it found
 */
public record LoadOutcome(LoadResult result, List<Window> windows, Optional<Limit> limit) {

  public LoadOutcome {
    windows = List.copyOf(windows);
  }
}
