package sfu.node.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import sfu.node.config.Config;

/** Who asks, and under which address it reaches us: behind a proxy, what the proxy's headers say (PROXY). */
record Requester(String remoteAddress, String baseUrl) {

  static Requester of(HttpRequest request, Config config) {
    String direct =
        request
            .getAttribute(AttributeKeys.remoteAddress)
            .flatMap(org.apache.pekko.http.javadsl.model.RemoteAddress::getAddress)
            .map(InetAddress::getHostAddress)
            .orElse("");
    if (!config.http().proxy()) {
      return new Requester(direct, "http://" + publicAuthority(config));
    }
    String host = forwarded(request, "x-forwarded-host").orElse(publicAuthority(config));
    String proto = forwarded(request, "x-forwarded-proto").orElse("http");
    return new Requester(forwarded(request, "x-forwarded-for").orElse(direct), proto + "://" + host);
  }

  private static String publicAuthority(Config config) {
    String host = config.rtc().publicHost();
    boolean bareV6 = config.rtc().publicAddress() instanceof Inet6Address && host.contains(":") && !host.startsWith("[");
    return (bareV6 ? "[" + host + "]" : host) + ":" + config.http().port();
  }

  /** The first element: each proxy on the way appends its own. */
  private static Optional<String> forwarded(HttpRequest request, String name) {
    return request
        .getHeader(name)
        .map(HttpHeader::value)
        .map(value -> value.split(",", 2)[0].strip())
        .filter(value -> !value.isEmpty());
  }

  static boolean hasMethod(HttpRequest request, String method) {
    return request.method().value().toUpperCase(Locale.ROOT).equals(method);
  }
}
