package sfu.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pekko.Version;
import org.junit.jupiter.api.Test;

/** Stands in for Pekko's own check of its modules, which node.conf has to switch off. */
class ModuleVersionsTest {

  private static final Pattern JAR = Pattern.compile("pekko-(.+)_2\\.13-([0-9.]+)\\.jar");

  /** Products with versions of their own. */
  private static final Set<String> OTHERS =
      Set.of(
          "http",
          "http-core",
          "http-spray-json",
          "parsing",
          "management",
          "management-cluster-http",
          "management-cluster-bootstrap",
          "management-pki",
          "discovery-kubernetes-api");

  @Test
  void allModulesOfPekkoButDiscoveryAreOfOneVersion() {
    String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Map<String, String> versions = new TreeMap<>();
    for (String entry : classPath.split(File.pathSeparator)) {
      Matcher jar = JAR.matcher(new File(entry).getName());
      if (jar.matches() && !OTHERS.contains(jar.group(1))) {
        versions.put(jar.group(1), jar.group(2));
      }
    }

    assertThat(versions).containsKeys("actor", "cluster", "remote", "discovery");
    versions.remove("discovery");
    assertThat(versions.values()).containsOnly(Version.current());
  }
}
