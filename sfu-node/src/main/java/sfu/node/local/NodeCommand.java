package sfu.node.local;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of a node: the Java of this process with some of its options, and the node's main class. */
public final class NodeCommand {

  private NodeCommand() {}

  /** A node with all options and the class path that this process was started with. */
  static List<String> likeThisProcess(String... arguments) {
    return of(
        ManagementFactory.getRuntimeMXBean().getInputArguments(), System.getProperty("java.class.path"), arguments);
  }

  /**
   * A node with the options that make Java run it (native calls and the like), but not those that size this process.
   *
   * @param classPath where the node and its libraries are
   * @param arguments those of {@link sfu.node.Main}
   */
  public static List<String> withClassPath(String classPath, String... arguments) {
    return of(
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(option -> option.startsWith("--"))
            .toList(),
        classPath,
        arguments);
  }

  private static List<String> of(List<String> options, String classPath, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, "sfu.node.Main"));
    command.addAll(List.of(arguments));
    return command;
  }
}
