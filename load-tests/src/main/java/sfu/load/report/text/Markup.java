package sfu.load.report.text;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes elements that are both well-formed XML and HTML: every element is closed, and all text and attribute values
 * are escaped, since ids and states come from servers that may be hostile. Not thread-safe.
 */
public final class Markup {
  private final StringBuilder out = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  /**
   * Begins an element.
   *
   * @param attributes names and values by turns; one whose value is null is left out
   */
  public Markup open(String name, String... attributes) {
    start(name, attributes).append('>');
    open.push(name);
    return this;
  }

  /** Ends the element that was opened last. */
  public Markup close() {
    out.append("</").append(open.pop()).append('>');
    return this;
  }

  /** An element that has nothing in it: of SVG, or one of HTML's that never has, as meta. */
  public Markup empty(String name, String... attributes) {
    start(name, attributes).append("/>");
    return this;
  }

  /** An element with text in it. */
  public Markup element(String name, String text, String... attributes) {
    return open(name, attributes).text(text).close();
  }

  /** Text, escaped. */
  public Markup text(String text) {
    escape(text);
    return this;
  }

  /** A finished piece of markup as it is. */
  public Markup add(Markup piece) {
    out.append(piece);
    return this;
  }

  /** A style sheet or script of our own, not escaped: must not contain the end of its element or of a CDATA section. */
  public Markup verbatim(String ours) {
    // Within comments, so that an HTML parser, which knows no CDATA here, reads past them.
    out.append("/*<![CDATA[*/").append(ours).append("/*]]>*/");
    return this;
  }

  /**
   * The markup so far.
   *
   * @throws IllegalStateException if an element is still open
   */
  @Override
  public String toString() {
    if (!open.isEmpty()) {
      throw new IllegalStateException(open.peek() + " isn't closed");
    }
    return out.toString();
  }

  private StringBuilder start(String name, String... attributes) {
    out.append('<').append(name);
    for (int i = 0; i < attributes.length; i += 2) {
      if (attributes[i + 1] != null) {
        out.append(' ').append(attributes[i]).append("=\"");
        escape(attributes[i + 1]);
        out.append('"');
      }
    }
    return out;
  }

  private void escape(String text) {
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.appendCodePoint(isPrintable(c) ? c : 0xFFFD);
              }
            });
  }

  /** Not what XML forbids, and not what turns the direction of the text around it (Unicode UAX #9, 2.1 to 2.6). */
  private static boolean isPrintable(int c) {
    boolean control = c < 0x20 && c != '\n' && c != '\t' || c >= 0x7F && c <= 0x9F;
    boolean surrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
    boolean direction = c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x2069 || c == 0x200E || c == 0x200F;
    return !control && !surrogate && !direction && (c & 0xFFFE) != 0xFFFE;
  }
}
