package sfu.load.nativepeer;

import java.util.Locale;

/**
 * What a native peer takes of a machine, and how many of these it carries.
 *
 * @param coresPerPeer processor time in cores
 * @param bytesPerPeer resident memory
 * @param peers so many run without being late, the server beside them
 */
public record Capacity(double coresPerPeer, long bytesPerPeer, int peers) {

  /** The rest is for the server and the system; beyond it threads wait for each other. */
  private static final double USABLE_SHARE = 0.8;

  private static final double MEGABYTE = 1e6;

  /**
   * From what was measured while nobody came or went.
   *
   * @param cores that the machine has
   * @param peers that ran, at least one
   * @param coresInUse by all of them
   * @param residentBytes of all of them
   * @param availableBytes that are left on the machine
   */
  static Capacity of(int cores, int peers, double coresInUse, long residentBytes, long availableBytes) {
    double coresPerPeer = coresInUse / peers;
    long bytesPerPeer = residentBytes / peers;
    double byCpu = USABLE_SHARE * cores / coresPerPeer;
    double byMemory = USABLE_SHARE * (residentBytes + availableBytes) / bytesPerPeer;
    return new Capacity(coresPerPeer, bytesPerPeer, (int) Math.min(Integer.MAX_VALUE, Math.min(byCpu, byMemory)));
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "a native peer takes %.2f cores and %.0f MB here: this machine carries about %d of them",
        coresPerPeer,
        bytesPerPeer / MEGABYTE,
        peers);
  }
}
