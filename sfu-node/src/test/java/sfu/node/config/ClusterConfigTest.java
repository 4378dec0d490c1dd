package sfu.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sfu.node.config.Config.Endpoint;
import sfu.node.config.Config.Joining;
import sfu.node.config.Config.Management;

/** CLUSTER_… and MANAGEMENT_…: one node, or several that find each other. */
class ClusterConfigTest {

  private static final String[] SEEDS = {"CLUSTER_SEEDS", "10.0.0.1:7355", "CLUSTER_HOST", "10.0.0.1"};

  private static final String[] DNS = {
    "CLUSTER_DISCOVERY", "dns", "CLUSTER_SERVICE", "sfu", "CLUSTER_HOST", "10.0.0.1", "MANAGEMENT_HOST", "10.0.0.1"
  };

  private static Config read(String[] settings, String... more) throws ConfigException {
    Map<String, String> environment = new HashMap<>();
    environment.put("PUBLIC_IP", "192.0.2.1");
    environment.put("AUTH_KEY", Base64.getEncoder().encodeToString(new byte[32]));
    for (String[] pairs : List.of(settings, more)) {
      for (int i = 0; i < pairs.length; i += 2) {
        environment.put(pairs[i], pairs[i + 1]);
      }
    }
    return Config.from(
        environment,
        host ->
            switch (host) {
              case "sfu-1" -> InetAddress.getByName("10.0.0.1");
              case "nowhere" -> throw new java.net.UnknownHostException(host);
              default -> InetAddress.getByName(host);
            });
  }

  private static Config read(String... pairs) throws ConfigException {
    return read(new String[0], pairs);
  }

  @Test
  void unsetANodeIsAloneOnLoopbackAndServesManagementThereIfItCan() throws Exception {
    Config config = read();

    assertThat(config.cluster().joining()).isEqualTo(new Joining.Alone());
    assertThat(config.cluster().isAlone()).isTrue();
    assertThat(config.cluster().address().isLoopbackAddress()).isTrue();
    assertThat(config.cluster().port()).isZero();
    assertThat(config.management()).hasValue(new Management(InetAddress.getByName("127.0.0.1"), 8558, false));
  }

  @Test
  void seedsAreReadInTheirOrder() throws Exception {
    Config config =
        read("CLUSTER_SEEDS", "sfu-1:7355, 10.0.0.2:7000,[2001:db8::3]:7355", "CLUSTER_HOST", "sfu-1", "CLUSTER_PORT", "7001");

    assertThat(config.cluster().joining())
        .isEqualTo(
            new Joining.Seeds(
                List.of(new Endpoint("sfu-1", 7355), new Endpoint("10.0.0.2", 7000), new Endpoint("[2001:db8::3]", 7355))));
    assertThat(config.cluster().host()).isEqualTo("sfu-1");
    assertThat(config.cluster().address().getHostAddress()).isEqualTo("10.0.0.1");
    assertThat(config.cluster().port()).isEqualTo(7001);
    assertThat(config.management()).hasValue(new Management(InetAddress.getByName("127.0.0.1"), 8558, true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2001:db8::1", "[2001:db8::1]"})
  void anIpv6HostIsWrittenAsInUrls(String host) throws Exception {
    assertThat(read(SEEDS, "CLUSTER_HOST", host).cluster().host()).isEqualTo("[2001:db8::1]");
  }

  @Test
  void discoveryTakesADnsNameOrALabelSelector() throws Exception {
    assertThat(read(DNS).cluster().joining()).isEqualTo(new Joining.Dns("sfu", 2));
    assertThat(read(DNS, "CLUSTER_SERVICE", "_management._tcp.sfu.example.com", "CLUSTER_MIN_NODES", "3").cluster().joining())
        .isEqualTo(new Joining.Dns("_management._tcp.sfu.example.com", 3));
    assertThat(read(DNS, "CLUSTER_DISCOVERY", "Kubernetes", "CLUSTER_SERVICE", "app.kubernetes.io/name=sfu").cluster().joining())
        .isEqualTo(new Joining.Kubernetes("app.kubernetes.io/name=sfu", 2));
  }

  @Test
  void managementIsSwitchedOffOrRequired() throws Exception {
    assertThat(read("MANAGEMENT_PORT", "0").management()).isEmpty();
    assertThat(read("MANAGEMENT_PORT", "off").management()).isEmpty();
    assertThat(read(SEEDS, "MANAGEMENT_PORT", "off").management()).isEmpty();
    assertThat(read("MANAGEMENT_PORT", "8558", "MANAGEMENT_HOST", "0.0.0.0").management())
        .hasValue(new Management(InetAddress.getByName("0.0.0.0"), 8558, true));
  }

  @Test
  void aClusterBeyondThisMachineWithoutTlsWarnsOnce() throws Exception {
    assertThat(read(SEEDS).warnings()).singleElement().asString().contains("CLUSTER_TLS_CERT");
    assertThat(read(SEEDS, "CLUSTER_HOST", "127.0.0.1").warnings()).isEmpty();
    Config config =
        read(SEEDS, "CLUSTER_TLS_CERT", "/tls/tls.crt", "CLUSTER_TLS_KEY", "/tls/tls.key", "CLUSTER_TLS_CA", "/tls/ca.crt");
    assertThat(config.warnings()).isEmpty();
    assertThat(config.cluster().tls())
        .hasValue(new Config.Tls(Path.of("/tls/tls.crt"), Path.of("/tls/tls.key"), Path.of("/tls/ca.crt")));
  }

  @Test
  void settingsOfAClusterThatIsNoneWarn() throws Exception {
    assertThat(read("CLUSTER_HOST", "10.0.0.1").warnings()).singleElement().asString().startsWith("CLUSTER_HOST is set");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CLUSTER_SEEDS | a | host:port, several separated by commas",
        "CLUSTER_SEEDS | a:1,,b:2 | host:port, several separated by commas",
        "CLUSTER_SEEDS | a:0 | host:port, several separated by commas",
        "CLUSTER_SEEDS | a:65536 | host:port, several separated by commas",
        "CLUSTER_SEEDS | 2001:db8::3:7355 | host:port, several separated by commas",
        "CLUSTER_SEEDS | pekko://sfu@a:1 | host:port, several separated by commas",
        "CLUSTER_HOST | nowhere | an address or host name of this node, as the other nodes call it",
        "CLUSTER_HOST | 0.0.0.0 | an address or host name of this node, as the other nodes call it",
        "CLUSTER_PORT | 0 | a whole number from 1 to 65535",
        "MANAGEMENT_PORT | none | a whole number from 1 to 65535",
        "MANAGEMENT_HOST | nowhere | an address of this machine"
      })
  void aValueThatMakesNoSenseIsNamedWithWhatItTakes(String name, String value, String takes) {
    assertRefused(SEEDS, name, value, takes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CLUSTER_DISCOVERY | consul | one of dns, kubernetes",
        "CLUSTER_SERVICE | a b | the DNS name of all nodes, or _port._tcp.name",
        "CLUSTER_SERVICE | app=sfu | the DNS name of all nodes, or _port._tcp.name",
        "CLUSTER_MIN_NODES | 0 | a whole number from 1",
        "MANAGEMENT_PORT | off | a port when CLUSTER_DISCOVERY is set",
        "MANAGEMENT_HOST | 127.0.0.1 | an address of this machine that the other nodes reach"
      })
  void aValueThatMakesNoSenseForDiscoveryIsNamedWithWhatItTakes(String name, String value, String takes) {
    assertRefused(DNS, name, value, takes);
  }

  private static void assertRefused(String[] settings, String name, String value, String takes) {
    assertThatThrownBy(() -> read(settings, name, value))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(name + " takes " + takes)
        .hasMessageEndingWith("\"" + value + "\"");
  }

  @Test
  void whatAClusterNeedsIsNamedWhenMissing() {
    assertThatThrownBy(() -> read("CLUSTER_SEEDS", "a:1")).hasMessageStartingWith("CLUSTER_HOST is not set");
    assertThatThrownBy(() -> read("CLUSTER_DISCOVERY", "dns")).hasMessageStartingWith("CLUSTER_SERVICE is not set");
    assertThatThrownBy(() -> read(DNS, "MANAGEMENT_HOST", "")).hasMessageStartingWith("MANAGEMENT_HOST is not set");
    assertThatThrownBy(() -> read(SEEDS, "CLUSTER_TLS_CERT", "/tls/tls.crt"))
        .hasMessageStartingWith("CLUSTER_TLS_KEY is not set");
  }

  @Test
  void nodesAreFoundOneWayOnly() {
    assertThatThrownBy(() -> read(DNS, "CLUSTER_SEEDS", "a:1"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("CLUSTER_SEEDS and CLUSTER_DISCOVERY are both set");
  }
}
