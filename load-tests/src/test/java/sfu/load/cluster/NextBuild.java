package sfu.load.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Another build of the server, one version on: the same sources with a field more in messages that cross nodes. */
final class NextBuild {

  private static final String PRODUCTION = "sfu/node/cluster/Production.java";
  private static final String FIELDS = "    ActorRef<MediaCommand> worker)\n    implements CborMessage {\n";
  private static final String MORE_FIELDS =
      """
          ActorRef<MediaCommand> worker,
          String addedByTheNextBuild)
          implements CborMessage {

        public Production(
            String producerId,
            SessionId owner,
            StreamType type,
            boolean active,
            RtpParameters consumable,
            String cname,
            ActorRef<MediaCommand> worker) {
          this(producerId, owner, type, active, consumable, cname, worker, "said by the next build");
        }
      """;

  private static final String GATEWAY = "sfu/node/cluster/Gateway.java";
  private static final String SEND = "  record Send(String frame) implements Command {}\n";
  private static final String MORE_SEND =
      """
        record Send(String frame, Integer addedByTheNextBuild) implements Command {
          Send(String frame) {
            this(frame, 7);
          }
        }
      """;

  private NextBuild() {}

  /** Compiles it into a folder; what is no class there is as in the build at hand. */
  static void compile(Path repository, Path into) throws IOException {
    Path sources = repository.resolve("sfu-node/src/main/java");
    Path changed = into.resolve("sources");
    copy(sources, changed);
    change(changed.resolve(PRODUCTION), FIELDS, MORE_FIELDS);
    change(changed.resolve(GATEWAY), SEND, MORE_SEND);
    change(changed.resolve(GATEWAY), "case Send(var frame) ->", "case Send(var frame, var _) ->");
    String classes = into.resolve("classes").toString();
    List<String> arguments = new ArrayList<>(List.of("-nowarn", "-proc:none", "-d", classes));
    try (Stream<Path> jars = Files.list(repository.resolve("sfu-node/target/lib"))) {
      arguments.addAll(List.of("-cp", jars.map(Path::toString).collect(Collectors.joining(":"))));
    }
    arguments.addAll(List.of("--add-exports", "java.base/jdk.internal.misc=ALL-UNNAMED"));
    try (Stream<Path> files = Files.walk(changed)) {
      files.filter(file -> file.toString().endsWith(".java")).map(Path::toString).forEach(arguments::add);
    }
    int result = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new));
    if (result != 0) {
      throw new IllegalStateException("the next build doesn't compile");
    }
    copy(repository.resolve("sfu-node/src/main/resources"), into.resolve("classes"));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  private static void change(Path file, String from, String to) throws IOException {
    String before = Files.readString(file);
    String after = before.replace(from, to);
    if (after.equals(before)) {
      throw new IllegalStateException(file + " has no longer what the next build changes: adapt this test");
    }
    Files.writeString(file, after);
  }
}
