package sfu.load.run;

/**
 * A criterion that broke.
 *
 * @param what in a sentence
 * @param byStarving whether a load that lacks processor time can break it itself, so that the server isn't to blame
 */
record Breach(String what, boolean byStarving) {}
