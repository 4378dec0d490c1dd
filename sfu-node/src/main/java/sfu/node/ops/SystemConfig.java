package sfu.node.ops;

import com.typesafe.config.ConfigFactory;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import sfu.node.config.Config;
import sfu.node.config.Config.Endpoint;
import sfu.node.config.Config.Joining;

/** What an operator's settings mean to the actor system, over what node.conf says for all nodes. */
public final class SystemConfig {

  private static final String ARTERY = "pekko.remote.artery.";
  private static final String TLS_ENGINE = ARTERY + "ssl.rotating-keys-engine.";
  private static final String MANAGEMENT = "pekko.management.http.";
  private static final String BOOTSTRAP = "pekko.management.cluster.bootstrap.";
  private static final String CONTACTS = BOOTSTRAP + "contact-point-discovery.";
  private static final String KUBERNETES = "pekko.discovery.kubernetes-api.";

  private SystemConfig() {}

  /**
   * The configuration to start the actor system with.
   *
   * @throws IllegalStateException with a line for the operator if TLS can't work with its files
   */
  public static com.typesafe.config.Config of(Config config) {
    Map<String, Object> settings = new HashMap<>();
    cluster(config.cluster(), settings);
    config.management().ifPresent(management -> management(management, config.cluster(), settings));
    joining(config.cluster(), settings);
    return ConfigFactory.load(
        ConfigFactory.parseMap(settings, "the environment").withFallback(ConfigFactory.parseResources("node.conf")));
  }

  private static void cluster(Config.Cluster cluster, Map<String, Object> settings) {
    settings.put(ARTERY + "canonical.hostname", cluster.host());
    settings.put(ARTERY + "canonical.port", cluster.port());
    settings.put(ARTERY + "bind.hostname", cluster.address().getHostAddress());
    cluster
        .tls()
        .ifPresent(
            tls -> {
              TlsFiles.check(tls);
              settings.put(ARTERY + "transport", "tls-tcp");
              settings.put(TLS_ENGINE + "cert-file", tls.certificate().toString());
              settings.put(TLS_ENGINE + "key-file", tls.key().toString());
              settings.put(TLS_ENGINE + "ca-cert-file", tls.authority().toString());
            });
  }

  private static void management(Config.Management management, Config.Cluster cluster, Map<String, Object> settings) {
    InetAddress bind = management.bind();
    // A node that looks for others must recognise itself in what it finds: SRV records have names, all else addresses.
    boolean byName = cluster.joining() instanceof Joining.Dns dns && isSrv(dns.service());
    InetAddress reached = bind.isAnyLocalAddress() ? cluster.address() : bind;
    settings.put(MANAGEMENT + "hostname", byName ? cluster.host() : reached.getHostAddress());
    settings.put(MANAGEMENT + "port", management.port());
    settings.put(MANAGEMENT + "bind-hostname", bind.getHostAddress());
    settings.put(MANAGEMENT + "bind-port", management.port());
  }

  private static boolean isSrv(String service) {
    return service.startsWith("_");
  }

  private static void joining(Config.Cluster cluster, Map<String, Object> settings) {
    switch (cluster.joining()) {
      case Joining.Alone _ -> {
        // Nobody to look for.
      }
      case Joining.Seeds(List<Endpoint> seeds) -> {
        // The first seed waits so long for the others before it begins a cluster of its own, so it must be patient. For
        // all others this is just how often they ask, and a cluster whose nodes start together is complete sooner.
        if (!seeds.getFirst().equals(new Endpoint(cluster.host(), cluster.port()))) {
          settings.put("pekko.cluster.seed-node-timeout", "2s");
        }
      }
      case Joining.Dns(String service, int minNodes) -> {
        settings.put(CONTACTS + "discovery-method", "pekko-dns");
        settings.put(CONTACTS + "required-contact-point-nr", minNodes);
        if (isSrv(service)) {
          String[] parts = service.split("\\.", 3);
          settings.put(CONTACTS + "port-name", parts[0].substring(1));
          settings.put(CONTACTS + "protocol", parts[1].substring(1));
          settings.put(CONTACTS + "effective-name", parts[2]);
        } else {
          settings.put(CONTACTS + "effective-name", service);
        }
      }
      case Joining.Kubernetes(String selector, int minNodes) -> {
        settings.put(CONTACTS + "discovery-method", "kubernetes-api");
        settings.put(CONTACTS + "required-contact-point-nr", minNodes);
        settings.put(KUBERNETES + "pod-label-selector", selector);
      }
    }
  }
}
