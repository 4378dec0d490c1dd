package sfu.node.local;

import java.util.List;

/** What {@code ./sfu cluster} was asked for. */
record Arguments(int nodes, boolean restart) {

  private static final int DEFAULT_NODES = 3;

  /** @throws IllegalArgumentException with a line that says what is taken */
  static Arguments of(List<String> words) {
    int nodes = 0;
    boolean restart = false;
    for (String word : words) {
      if (word.equals("--restart")) {
        restart = true;
      } else if (nodes == 0 && word.matches("[1-9]")) {
        nodes = Integer.parseInt(word);
      } else {
        throw new IllegalArgumentException(
            "cluster takes a number of nodes from 1 to 9, and --restart, but got \"" + word + "\"");
      }
    }
    return new Arguments(nodes == 0 ? DEFAULT_NODES : nodes, restart);
  }
}
