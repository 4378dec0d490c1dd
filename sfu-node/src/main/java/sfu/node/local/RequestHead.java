package sfu.node.local;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The head of an HTTP/1.1 request (RFC 9112, 3), as far as a proxy cares: its lines, without line ends. */
record RequestHead(String requestLine, List<String> fields) {

  /** A node takes header fields up to 64 KiB. */
  static final int MAX_BYTES = 96 * 1024;

  /** The head makes no sense, or too much of it. The message is for the client. */
  static final class Refused extends IOException {

    private static final long serialVersionUID = 1L;

    private final String status;

    Refused(String status) {
      super(status);
      this.status = status;
    }

    /** The status line's code and words. */
    String status() {
      return status;
    }
  }

  /**
   * Reads a head, and not a byte more.
   *
   * @throws Refused if that is no head
   * @throws EOFException if the client went before its end
   */
  static RequestHead read(InputStream in) throws IOException {
    List<String> lines = new ArrayList<>();
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    for (int count = 0; count < MAX_BYTES; count++) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException();
      }
      if (next != '\n') {
        line.write(next);
        continue;
      }
      String text = line.toString(StandardCharsets.ISO_8859_1);
      line.reset();
      text = text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
      if (!text.isEmpty()) {
        lines.add(text);
      } else if (!lines.isEmpty()) {
        return parse(lines);
      }
    }
    throw new Refused("431 Request Header Fields Too Large");
  }

  private static RequestHead parse(List<String> lines) throws Refused {
    String[] words = lines.getFirst().split(" ");
    boolean sound = words.length == 3 && words[2].startsWith("HTTP/1.");
    List<String> fields = lines.subList(1, lines.size());
    for (String field : fields) {
      sound &= field.indexOf(':') > 0 && !Character.isWhitespace(field.charAt(0));
    }
    if (!sound) {
      throw new Refused("400 Bad Request");
    }
    return new RequestHead(lines.getFirst(), List.copyOf(fields));
  }

  /** The value of the first field of this name, in any case. */
  Optional<String> field(String name) {
    return fields.stream()
        .filter(field -> isNamed(field, name))
        .findFirst()
        .map(field -> field.substring(field.indexOf(':') + 1).strip());
  }

  /** Whether the client wants a WebSocket (RFC 6455, 4.1). */
  boolean isWebSocket() {
    return field("Upgrade").filter("websocket"::equalsIgnoreCase).isPresent();
  }

  /**
   * The head as a node gets it: who asks and by which name, in the fields of the usual proxies, and one request a
   * connection, unless that is to become a WebSocket.
   */
  byte[] forwarded(String clientAddress) {
    StringBuilder head = new StringBuilder(requestLine).append("\r\n");
    for (String field : fields) {
      boolean ours = field.toLowerCase(Locale.ROOT).startsWith("x-forwarded-");
      boolean connection = isNamed(field, "Connection") || isNamed(field, "Keep-Alive");
      if (!ours && (!connection || isWebSocket())) {
        head.append(field).append("\r\n");
      }
    }
    if (!isWebSocket()) {
      head.append("Connection: close\r\n");
    }
    head.append("X-Forwarded-For: ").append(clientAddress).append("\r\n");
    field("Host").ifPresent(host -> head.append("X-Forwarded-Host: ").append(host).append("\r\n"));
    head.append("X-Forwarded-Proto: http\r\n\r\n");
    return head.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static boolean isNamed(String field, String name) {
    return field.regionMatches(true, 0, name, 0, name.length()) && field.charAt(name.length()) == ':';
  }
}
