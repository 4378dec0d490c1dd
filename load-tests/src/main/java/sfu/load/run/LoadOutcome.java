package sfu.load.run;

import java.util.List;
import java.util.Optional;
import sfu.load.report.LoadResult;

/**
 * What came of a load.
 *
 * @param parts of each of the result's runs, the one that counts
 * @param limit what a search for it found
 */
public record LoadOutcome(LoadResult result, List<Part> parts, Optional<Limit> limit) {

  public LoadOutcome {
    parts = List.copyOf(parts);
  }
}
