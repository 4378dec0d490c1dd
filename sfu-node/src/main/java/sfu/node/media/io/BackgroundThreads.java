package sfu.node.media.io;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the JVM's collector does beside the program. It can wait, and media can't: as equals, the scheduler keeps a
 * worker that uses half of its core waiting until the collector had as much, for up to a whole tick of 4 ms. (Seen by
 * sched_switch: of 8 s of a worker at half a core, one marking of the heap kept it from running for 46 ms, in pieces of
 * up to 4 ms.) So it gets a smaller share of a core that others want too, a tenth at most, and all of one that nobody
 * wants; marking a heap of 50 MB takes 50 ms then, or half a second. It needs no privilege.
 *
 * <p>Compilers stay as they are: a server that was just started needs them more than anything. Held back they made
 * the first joins take twice as long.
 */
public final class BackgroundThreads {

  /** A ninth of the usual weight. */
  static final int NICE = 10;

  /** As HotSpot names them; the kernel keeps 15 characters. */
  private static final List<String> NAMES =
      List.of("G1 Conc#", "G1 Main Marker", "G1 Refine#", "G1 Service");

  private static final Path THREADS = Path.of("/proc/self/task");

  private BackgroundThreads() {}

  /**
   * Holds back those that there are; those that they start later are like them. Any thread.
   *
   * @return how many are now; none on other systems than Linux
   */
  public static int holdBack() {
    int held = 0;
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
      for (Path thread : threads) {
        if (isBackground(thread)) {
          int id = Integer.parseInt(thread.getFileName().toString());
          held += ThreadAttributes.change(id, each -> each.nice(Math.max(NICE, each.nice()))) ? 1 : 0;
        }
      }
    } catch (IOException _) {
      // No Linux, or not readable: all stays as it is.
      return held;
    }
    return held;
  }

  private static boolean isBackground(Path thread) {
    try {
      String name = Files.readString(thread.resolve("comm"));
      return NAMES.stream().anyMatch(name::startsWith);
    } catch (IOException _) {
      // It ended meanwhile.
      return false;
    }
  }
}
