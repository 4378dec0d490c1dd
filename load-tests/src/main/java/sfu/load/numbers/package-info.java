/**
 * {@code ./sfu numbers}: what BENCHMARKS.md states, measured again. Comes in: which experiments, how often and how
 * long. Goes out: tables in Markdown, plots and the raw numbers. It lets {@link sfu.load.run} and
 * {@link sfu.load.bench} measure, and knows what their results are to be; how a load is made and what a server is, it
 * must not know.
 */
package sfu.load.numbers;
