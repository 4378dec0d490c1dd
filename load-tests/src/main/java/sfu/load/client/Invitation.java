package sfu.load.client;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.net.URI;
import java.util.Set;
import sfu.protocol.signal.Json;

/**
 * What an Odoo server hands a browser so that it can join: the server's base address, the channel, a token. To which
 * the client adds what it can do beyond the deployed ones, and whether it takes over from a connection that it has.
 */
public record Invitation(URI url, String channelUuid, String jwt, Set<String> features, boolean resumes) {

  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonPropertyOrder({"channelUUID", "jwt"})
  private record FirstFrame(String channelUUID, String jwt, Set<String> features, Boolean resumes) {}

  public Invitation {
    features = Set.copyOf(features);
  }

  /** As a deployed client takes it. */
  public Invitation(URI url, String channelUuid, String jwt) {
    this(url, channelUuid, jwt, Set.of(), false);
  }

  /** The same channel by another node or balancer. */
  public Invitation at(URI otherUrl) {
    return new Invitation(otherUrl, channelUuid, jwt, features, resumes);
  }

  /** For a client that can do this. */
  public Invitation with(Set<String> announced) {
    return new Invitation(url, channelUuid, jwt, announced, resumes);
  }

  /** For a client that comes back, or comes a second time, without a break. */
  public Invitation resuming(boolean takesOver) {
    return new Invitation(url, channelUuid, jwt, features, takesOver);
  }

  /** The address of the WebSocket: that of the server with ws for http and wss for https. */
  URI socketUri() {
    return URI.create(url.toString().replaceFirst("^http", "ws"));
  }

  /** The first frame on the WebSocket. A deployed client has neither of the last two keys. */
  String credentials() {
    return Json.write(
        new FirstFrame(channelUuid, jwt, features.isEmpty() ? null : features, resumes ? true : null));
  }

  /** Leaves the token out: this text may reach a log. */
  @Override
  public String toString() {
    return "Invitation[url=" + url + ", channelUuid=" + channelUuid + "]";
  }
}
