package sfu.node.media.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class PromptThreadTest {
  private static final Path SCHEDULER = Path.of("/proc/thread-self/sched");

  @Test
  @EnabledOnOs(OS.LINUX)
  void theSystemGivesTheCallingThreadAShortSliceAndNoOther() throws Exception {
    assumeThat(SCHEDULER).exists();
    FutureTask<List<String>> asked =
        new FutureTask<>(() -> {
          PromptThread.ask();
          return slice();
        });
    Thread.ofPlatform().start(asked);
    assertThat(asked.get()).allMatch(line -> line.endsWith("100000"));
    assertThat(slice()).noneMatch(line -> line.endsWith(" 100000"));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void goesFirstOnlyWhileItsCoreHasTimeToSpare() throws Exception {
    FutureTask<List<Integer>> asked =
        new FutureTask<>(() -> {
          List<Integer> nice = new ArrayList<>();
          PromptThread thread = PromptThread.ask();
          for (double share : new double[] {0.5, 0.8, 0.9, 0.8, 0.5}) {
            thread.utilisation(share);
            nice.add(ThreadAttributes.niceOf(0));
          }
          return nice;
        });
    Thread.ofPlatform().start(asked);
    List<Integer> nice = asked.get();
    assumeThat(nice).as("this process may").contains(PromptThread.EAGER);
    assertThat(nice).containsExactly(PromptThread.EAGER, PromptThread.EAGER, 0, 0, PromptThread.EAGER);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void threadsThatItStartsAreAsAnyOther() throws Exception {
    FutureTask<Integer> nice = new FutureTask<>(() -> ThreadAttributes.niceOf(0));
    FutureTask<List<String>> slice = new FutureTask<>(PromptThreadTest::slice);
    FutureTask<Void> asked =
        new FutureTask<>(() -> {
          PromptThread.ask();
          Thread.ofPlatform().start(nice);
          Thread.ofPlatform().start(slice);
          return null;
        });
    Thread.ofPlatform().start(asked);
    asked.get();
    assertThat(nice.get()).isEqualTo(ThreadAttributes.niceOf(0));
    assertThat(slice.get()).noneMatch(line -> line.endsWith(" 100000"));
  }

  /** The line that tells the slice; none where the kernel doesn't. */
  private static List<String> slice() throws Exception {
    return Files.readAllLines(SCHEDULER).stream().filter(line -> line.startsWith("se.slice")).toList();
  }
}
