package sfu.node.media.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class BackgroundThreadsTest {

  /** In what follows the name in /proc/.../stat (proc_pid_stat(5)). */
  private static final int NICE_FIELD = 16;

  @Test
  void theCollectorsThreadsAreHeldBackAndNobodyElse() throws IOException {
    assumeThat(ManagementFactory.getGarbageCollectorMXBeans()).anyMatch(bean -> bean.getName().startsWith("G1"));

    int held = BackgroundThreads.holdBack();

    Map<String, List<Integer>> nice = niceByName();
    assertThat(held).isPositive();
    assertThat(nice.get("G1 Main Marker")).isNotEmpty().allMatch(each -> each >= BackgroundThreads.NICE);
    assertThat(nice.get("VM Thread")).containsOnly(niceOfThisThread());
  }

  private static Map<String, List<Integer>> niceByName() throws IOException {
    try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
      return threads
          .map(BackgroundThreadsTest::stat)
          .filter(stat -> !stat.isEmpty())
          .collect(
              Collectors.groupingBy(
                  stat -> stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')')),
                  Collectors.mapping(BackgroundThreadsTest::nice, Collectors.toList())));
    }
  }

  private static int niceOfThisThread() throws IOException {
    return nice(Files.readString(Path.of("/proc/thread-self/stat")));
  }

  private static int nice(String stat) {
    return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[NICE_FIELD]);
  }

  /** Empty if the thread has ended. */
  private static String stat(Path thread) {
    try {
      return Files.readString(thread.resolve("stat"));
    } catch (IOException _) {
      return "";
    }
  }
}
