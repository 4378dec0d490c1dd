package sfu.load.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static sfu.load.deploy.DeployFolder.DEPLOY;
import static sfu.load.deploy.DeployFolder.REPOSITORY;
import static sfu.load.deploy.DeployFolder.byDefault;
import static sfu.load.deploy.DeployFolder.clusterDefault;
import static sfu.load.deploy.DeployFolder.documents;
import static sfu.load.deploy.DeployFolder.files;
import static sfu.load.deploy.DeployFolder.find;
import static sfu.load.deploy.DeployFolder.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The files in deploy/ name variables, ports and paths that exist, and agree with each other. */
class DeployFilesTest {

  private static final int CLUSTER_PORT = clusterDefault("DEFAULT_PORT");
  private static final int MANAGEMENT_PORT = clusterDefault("DEFAULT_MANAGEMENT_PORT");

  /** What Kubernetes replaces in the values of a container's own variables, and no node reads. */
  private static final Set<String> HELPERS = Set.of("NODE_NAME");

  private static final Pattern ENV_LINE = Pattern.compile("(?m)^#?([A-Z][A-Z0-9_]+)=");
  private static final Pattern UNIT_ENV = Pattern.compile("(?m)^#?Environment=([A-Z0-9_]+)=");
  private static final Pattern SHELL_ENV = Pattern.compile("\\$\\{([A-Z][A-Z0-9_]+)");
  private static final Pattern QUOTED_NAME = Pattern.compile("`([A-Z][A-Z0-9]*(?:_[A-Z0-9]*)+)`");
  private static final Pattern PUBLISHED = Pattern.compile("(\\d+)-(\\d+):(\\d+)-(\\d+)/(udp|tcp)");

  private final JsonNode compose = documents(DEPLOY.resolve("compose/compose.yaml")).findFirst().orElseThrow();
  private final JsonNode statefulSet = kubernetes("StatefulSet").findFirst().orElseThrow();
  private final JsonNode pod = statefulSet.at("/spec/template/spec");
  private final JsonNode container = pod.at("/containers/0");

  private static Stream<JsonNode> kubernetes(String kind) {
    return files(".yaml")
        .filter(file -> file.startsWith(DEPLOY.resolve("kubernetes")))
        .flatMap(DeployFolder::documents)
        .filter(document -> document.path("kind").asText().equals(kind));
  }

  private static Stream<JsonNode> each(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }

  private static List<String> texts(JsonNode list) {
    return each(list).map(JsonNode::asText).toList();
  }

  private static Map<String, JsonNode> byName(JsonNode list) {
    return each(list).collect(Collectors.toMap(entry -> entry.path("name").asText(), entry -> entry));
  }

  /** The nodes among compose's services. */
  private Map<String, JsonNode> composeNodes() {
    Map<String, JsonNode> nodes = new TreeMap<>();
    compose.path("services").properties().forEach(service -> {
      if (service.getValue().path("image").asText().equals("sfu")) {
        nodes.put(service.getKey(), service.getValue());
      }
    });
    return nodes;
  }

  @Test
  void everyVariableIsOneThatTheServerReads() {
    Map<String, String> used = new TreeMap<>();
    composeNodes().values().forEach(
        node -> node.path("environment").fieldNames().forEachRemaining(name -> used.put(name, "compose.yaml")));
    each(container.path("env")).forEach(entry -> used.put(entry.path("name").asText(), "statefulset.yaml"));
    files(".env.example").forEach(file -> collect(used, ENV_LINE, file));
    collect(used, UNIT_ENV, DEPLOY.resolve("systemd/sfu.service"));
    collect(used, SHELL_ENV, DEPLOY.resolve("container/ready"));
    collect(used, QUOTED_NAME, DEPLOY.resolve("README.md"));
    used.keySet().removeIf(name -> name.endsWith("_") || HELPERS.contains(name));

    assertThat(used).containsKeys("PUBLIC_IP", "AUTH_KEY", "CLUSTER_SEEDS", "MANAGEMENT_HOST", "SFU_JAVA_OPTS");
    assertThat(DeployFolder.variables()).containsAll(used.keySet());
  }

  private static void collect(Map<String, String> used, Pattern pattern, Path file) {
    find(pattern, text(file)).forEach(match -> used.put(match.group(1), file.getFileName().toString()));
  }

  @Test
  void eachComposeNodeHasARangeOfMediaPortsOfItsOwnPublishedUnderTheSameNumbers() {
    Set<Integer> taken = new HashSet<>();
    composeNodes().forEach((name, node) -> {
      JsonNode environment = node.path("environment");
      int first = environment.path("RTC_MIN_PORT").asInt();
      int last = environment.path("RTC_MAX_PORT").asInt();
      assertThat(last - first + 1).as(name).isGreaterThanOrEqualTo(environment.path("NUM_WORKERS").asInt());
      assertThat(first).isBetween(byDefault("RTC_MIN_PORT"), byDefault("RTC_MAX_PORT"));
      for (int port = first; port <= last; port++) {
        assertThat(taken.add(port)).as("%s: %d is another node's too", name, port).isTrue();
      }
      assertThat(find(PUBLISHED, String.join(" ", texts(node.path("ports"))))
              .map(range -> List.of(range.group(1), range.group(2), range.group(3), range.group(4), range.group(5))))
          .as(name)
          .containsExactlyInAnyOrder(
              List.of("" + first, "" + last, "" + first, "" + last, "udp"),
              List.of("" + first, "" + last, "" + first, "" + last, "tcp"));
    });
    assertThat(taken).isNotEmpty();
  }

  @Test
  void composeNodesAreSeedsOfEachOtherAndWhatTheProxyAsks() {
    Set<String> names = composeNodes().keySet();
    composeNodes().forEach((name, node) -> {
      assertThat(node.at("/environment/CLUSTER_HOST").asText()).isEqualTo(name);
      assertThat(node.at("/environment/CLUSTER_SEEDS").asText().split(","))
          .containsExactlyElementsOf(names.stream().map(seed -> seed + ":" + CLUSTER_PORT).toList());
    });
    assertThat(texts(compose.at("/services/proxy/depends_on"))).containsExactlyElementsOf(names);

    String port = ":" + byDefault("PORT");
    assertThat(find(Pattern.compile("(?m)^ +server (\\S+) (\\S+)$"), text(DEPLOY.resolve("proxy/haproxy.cfg")))
            .map(server -> server.group(2)))
        .containsExactlyElementsOf(names.stream().map(name -> name + port).toList());
    assertThat(find(Pattern.compile("(?m)^ +server (\\S+) max_fails"), text(DEPLOY.resolve("proxy/nginx.conf")))
            .map(server -> server.group(1)))
        .containsExactlyElementsOf(names.stream().map(name -> name + port).toList());
    assertThat(text(DEPLOY.resolve("proxy/haproxy.cfg")))
        .contains("check port " + MANAGEMENT_PORT + " ", "uri /ready ");
  }

  @Test
  void whatComposeMountsAndReadsExists() {
    Path folder = DEPLOY.resolve("compose");
    for (String volume : texts(compose.at("/services/proxy/volumes"))) {
      assertThat(folder.resolve(volume.split(":")[0])).exists();
    }
    composeNodes().values().forEach(node -> {
      assertThat(folder.resolve(node.path("env_file").asText() + ".example")).exists();
      Path context = folder.resolve(node.at("/build/context").asText()).normalize();
      assertThat(context).isEqualTo(REPOSITORY);
      assertThat(context.resolve(node.at("/build/dockerfile").asText())).exists();
    });
  }

  @Test
  void theImageIsBuiltFromPathsThatExistAndRunsAsNobody() {
    String dockerfile = text(DEPLOY.resolve("container/Dockerfile"));
    String ignore = text(REPOSITORY.resolve(".dockerignore"));
    assertThat(find(Pattern.compile("(?m)^!(.+)$"), ignore).map(match -> match.group(1)))
        .isNotEmpty()
        .allSatisfy(path -> assertThat(REPOSITORY.resolve(path)).exists());

    int uid = pod.at("/securityContext/runAsUser").asInt();
    assertThat(dockerfile)
        .contains("USER " + uid + ":" + uid, "useradd --uid " + uid)
        .contains("./sfu dist /opt/sfu", "\"/opt/sfu/sfu\", \"start\"")
        .contains("EXPOSE " + byDefault("PORT") + " " + CLUSTER_PORT + " " + MANAGEMENT_PORT)
        .contains("COPY deploy/container/ready /opt/sfu/ready", "CMD [\"/opt/sfu/ready\"]");
    assertThat(text(DEPLOY.resolve("container/ready"))).contains("${MANAGEMENT_PORT:-" + MANAGEMENT_PORT + "}");
    assertThat(text(DEPLOY.resolve("systemd/sfu.service"))).contains("ExecStart=/opt/sfu/sfu start");
  }

  @Test
  void kubernetesServicesProbesAndPoliciesMeetThePodsPorts() {
    Map<String, JsonNode> ports = byName(container.path("ports"));
    assertThat(ports.get("api").path("containerPort").asInt()).isEqualTo(byDefault("PORT"));
    assertThat(ports.get("cluster").path("containerPort").asInt()).isEqualTo(CLUSTER_PORT);
    assertThat(ports.get("management").path("containerPort").asInt()).isEqualTo(MANAGEMENT_PORT);
    for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      assertThat(ports).containsKey(container.at("/" + probe + "/httpGet/port").asText());
    }
    assertThat(container.at("/readinessProbe/httpGet/path").asText()).isEqualTo("/ready");
    assertThat(container.at("/livenessProbe/httpGet/path").asText()).isEqualTo("/alive");

    JsonNode labels = statefulSet.at("/spec/template/metadata/labels");
    Map<String, JsonNode> services = new TreeMap<>();
    kubernetes("Service").forEach(service -> {
      services.put(service.at("/metadata/name").asText(), service);
      assertThat(service.at("/spec/selector")).isEqualTo(labels);
      assertThat(each(service.at("/spec/ports")).map(port -> port.path("targetPort").asText()))
          .isSubsetOf(ports.keySet());
    });
    assertThat(services).containsKey(statefulSet.at("/spec/serviceName").asText());
    Stream.of(
            statefulSet.at("/spec/selector/matchLabels"),
            kubernetes("PodDisruptionBudget").findFirst().orElseThrow().at("/spec/selector/matchLabels"),
            kubernetes("NetworkPolicy").findFirst().orElseThrow().at("/spec/podSelector/matchLabels"))
        .forEach(selector -> assertThat(selector).isEqualTo(labels));
    JsonNode backend =
        kubernetes("Ingress").findFirst().orElseThrow().at("/spec/rules/0/http/paths/0/backend/service");
    assertThat(byName(services.get(backend.path("name").asText()).at("/spec/ports")))
        .containsKey(backend.at("/port/name").asText());

    Map<String, JsonNode> env = byName(container.path("env"));
    assertThat(env.get("CLUSTER_SERVICE").path("value").asText()).isEqualTo("app=" + labels.path("app").asText());
    List<String> allowed = new ArrayList<>();
    each(kubernetes("NetworkPolicy").findFirst().orElseThrow().at("/spec/ingress")).forEach(rule ->
        each(rule.path("ports")).forEach(
            port -> {
              int from = port.path("port").asInt();
              allowed.add(range(from, port.path("endPort").asInt(from), port.path("protocol").asText("TCP")));
            }));
    int first = env.get("RTC_MIN_PORT").path("value").asInt();
    int last = env.get("RTC_MAX_PORT").path("value").asInt();
    assertThat(allowed)
        .containsExactlyInAnyOrder(
            range(CLUSTER_PORT, CLUSTER_PORT, "TCP"),
            range(MANAGEMENT_PORT, MANAGEMENT_PORT, "TCP"),
            range(byDefault("PORT"), byDefault("PORT"), "TCP"),
            range(first, last, "UDP"),
            range(first, last, "TCP"));
  }

  private static String range(int first, int last, String protocol) {
    return first + "-" + last + "/" + protocol;
  }

  @Test
  void kubernetesObjectsReferToEachOtherByTheNamesTheyHave() {
    Path folder = DEPLOY.resolve("kubernetes");
    JsonNode kustomization = kubernetes("Kustomization").findFirst().orElseThrow();
    assertThat(texts(kustomization.path("resources")))
        .allSatisfy(resource -> assertThat(folder.resolve(resource)).exists())
        .doesNotContain("secret.example.yaml");

    Map<String, JsonNode> secrets =
        kubernetes("Secret")
            .collect(Collectors.toMap(secret -> secret.at("/metadata/name").asText(), secret -> secret));
    Map<String, JsonNode> env = byName(container.path("env"));
    JsonNode key = env.get("AUTH_KEY").at("/valueFrom/secretKeyRef");
    assertThat(secrets.get(key.path("name").asText()).path("stringData").has(key.path("key").asText())).isTrue();

    Map<String, JsonNode> volumes = byName(pod.path("volumes"));
    Map<String, JsonNode> mounts = byName(container.path("volumeMounts"));
    assertThat(mounts.keySet()).isEqualTo(volumes.keySet());
    JsonNode certificates = secrets.get(volumes.get("tls").at("/secret/secretName").asText()).path("stringData");
    for (String name : List.of("CLUSTER_TLS_CERT", "CLUSTER_TLS_KEY", "CLUSTER_TLS_CA")) {
      Path file = Path.of(env.get(name).path("value").asText());
      assertThat(file.getParent()).isEqualTo(Path.of(mounts.get("tls").path("mountPath").asText()));
      assertThat(certificates.has(file.getFileName().toString())).as(name).isTrue();
    }

    String account = kubernetes("ServiceAccount").findFirst().orElseThrow().at("/metadata/name").asText();
    JsonNode binding = kubernetes("RoleBinding").findFirst().orElseThrow();
    assertThat(pod.path("serviceAccountName").asText()).isEqualTo(account);
    assertThat(binding.at("/subjects/0/name").asText()).isEqualTo(account);
    assertThat(binding.at("/roleRef/name").asText())
        .isEqualTo(kubernetes("Role").findFirst().orElseThrow().at("/metadata/name").asText());
  }

  @Test
  void everyWayToStopANodeLeavesItTimeToDrain() {
    int drainSeconds = 30;
    composeNodes().values().forEach(
        node -> assertThat(Integer.parseInt(node.path("stop_grace_period").asText().replace("s", "")))
            .isGreaterThan(drainSeconds));
    int preStopSeconds = container.at("/lifecycle/preStop/exec/command/1").asInt();
    assertThat(pod.path("terminationGracePeriodSeconds").asInt()).isGreaterThan(drainSeconds + preStopSeconds);
    assertThat(find(Pattern.compile("(?m)^TimeoutStopSec=(\\d+)$"), text(DEPLOY.resolve("systemd/sfu.service"))))
        .singleElement()
        .satisfies(match -> assertThat(Integer.parseInt(match.group(1))).isGreaterThan(drainSeconds));
  }

  @Test
  void everyFileThatTheReadmeLinksToExists() {
    assertThat(find(Pattern.compile("\\]\\(([^)#]+)"), text(DEPLOY.resolve("README.md"))).map(link -> link.group(1)))
        .isNotEmpty()
        .allSatisfy(link -> assertThat(Files.exists(DEPLOY.resolve(link))).as(link).isTrue());
  }
}
