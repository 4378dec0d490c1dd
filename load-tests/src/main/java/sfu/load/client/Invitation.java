package sfu.load.client;

import java.net.URI;
import java.util.Map;
import sfu.protocol.signal.Json;

/** What an Odoo server hands a browser so that it can join: the server's base address, the channel, a token. */
public record Invitation(URI url, String channelUuid, String jwt) {

  /** The address of the WebSocket: that of the server with ws for http and wss for https. */
  URI socketUri() {
    return URI.create(url.toString().replaceFirst("^http", "ws"));
  }

  /** The first frame on the WebSocket. */
  String credentials() {
    return Json.write(Map.of("channelUUID", channelUuid, "jwt", jwt));
  }

  /** Leaves the token out: this text may reach a log. */
  @Override
  public String toString() {
    return "Invitation[url=" + url + ", channelUuid=" + channelUuid + "]";
  }
}
