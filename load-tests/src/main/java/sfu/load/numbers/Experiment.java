package sfu.load.numbers;

import java.io.IOException;
import sfu.load.run.UsageException;

/** Measures some of what BENCHMARKS.md states, over all rounds. What it runs, it runs by its laboratory. */
interface Experiment {

  /** As on the command line. */
  String name();

  /** For the help, in a line. */
  String summary();

  /** Throws whatever keeps it from its numbers, with a message for people. */
  Finding run(Lab lab) throws UsageException, IOException, InterruptedException;
}
