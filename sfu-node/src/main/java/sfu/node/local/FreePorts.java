package sfu.node.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;

/** TCP ports that nobody listens on now, each given once. */
final class FreePorts {

  private static final int MAX_PORT = 65_535;

  private final Set<Integer> given = new HashSet<>();

  /**
   * The first free one from {@code port} upwards.
   *
   * @throws IOException if there is none
   */
  int from(int port, InetAddress address) throws IOException {
    for (int candidate = port; candidate <= MAX_PORT; candidate++) {
      if (!given.contains(candidate) && isFree(candidate, address)) {
        given.add(candidate);
        return candidate;
      }
    }
    throw new IOException("no free port from " + port + " on " + address.getHostAddress());
  }

  private static boolean isFree(int port, InetAddress address) {
    try (ServerSocket socket = new ServerSocket(port, 1, address)) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
