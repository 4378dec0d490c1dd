package sfu.node.media.io;

/** The ports a worker may bind, both ends included. */
public record PortRange(int min, int max) {

  public PortRange {
    if (min < 1 || max > 65535 || min > max) {
      throw new IllegalArgumentException("not a range of ports: " + min + ".." + max);
    }
  }

  int size() {
    return max - min + 1;
  }

  /** The port {@code position} steps into the range, going round at its end. */
  int at(int position) {
    return min + Math.floorMod(position, size());
  }

  @Override
  public String toString() {
    return min + ".." + max;
  }
}
