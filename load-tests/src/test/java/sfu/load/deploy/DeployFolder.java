package sfu.load.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.Yaml;
import sfu.load.server.ServerProcess;
import sfu.protocol.signal.Json;

/** The files in deploy/, and what the server's sources say of variables and ports. */
final class DeployFolder {

  static final Path REPOSITORY = ServerProcess.repository();
  static final Path DEPLOY = REPOSITORY.resolve("deploy");

  private static final Path CONFIG = REPOSITORY.resolve("sfu-node/src/main/java/sfu/node/config");
  private static final Pattern VARIABLE_LITERAL = Pattern.compile("\"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)\"");
  private static final Pattern SHELL_VARIABLE = Pattern.compile("\\$\\{(SFU_[A-Z_]+)");

  private DeployFolder() {}

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<Path> files(String ending) {
    try (Stream<Path> all = Files.walk(DEPLOY)) {
      return all.filter(file -> file.toString().endsWith(ending)).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All documents of a YAML file, anchors and merges resolved. */
  static Stream<JsonNode> documents(Path yaml) {
    try (Reader reader = Files.newBufferedReader(yaml)) {
      return StreamSupport.stream(new Yaml().loadAll(reader).spliterator(), false)
          .<JsonNode>map(Json.MAPPER::valueToTree)
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is read from the environment: by the configuration, and by the launcher. */
  static Set<String> variables() {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> sources = Files.list(CONFIG)) {
      sources.forEach(source -> find(VARIABLE_LITERAL, text(source)).forEach(match -> names.add(match.group(1))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    find(SHELL_VARIABLE, text(REPOSITORY.resolve("sfu"))).forEach(match -> names.add(match.group(1)));
    return names;
  }

  /** The number that the configuration gives a variable by default. */
  static int byDefault(String variable) {
    Pattern call = Pattern.compile("number\\(\"" + variable + "\",\\s*([0-9_]+)");
    String source = text(CONFIG.resolve("ConfigReader.java"));
    return find(call, source)
        .map(match -> Integer.parseInt(match.group(1).replace("_", "")))
        .findFirst()
        .orElseThrow(() -> new AssertionError("ConfigReader has no default for " + variable));
  }

  /** The number of a constant of the configuration of clusters. */
  static int clusterDefault(String constant) {
    return find(Pattern.compile(" " + constant + " = (\\d+);"), text(CONFIG.resolve("ClusterReader.java")))
        .map(match -> Integer.parseInt(match.group(1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("ClusterReader has no " + constant));
  }

  static Stream<MatchResult> find(Pattern pattern, String text) {
    return pattern.matcher(text).results();
  }
}
