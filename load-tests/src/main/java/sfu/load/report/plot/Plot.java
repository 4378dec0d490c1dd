package sfu.load.report.plot;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import sfu.load.report.text.Markup;

/** A picture of numbers. */
public sealed interface Plot permits LinePlot, DotPlot {

  /** Of a plot, in units of its coordinates; it grows with its place. */
  int WIDTH = 560;

  String title();

  /** Whether nothing of it is known. */
  boolean isEmpty();

  /** An {@code svg} element for a page that has {@link #styleSheet}. */
  Markup svg();

  /** Writes a file of its own, for a picture in a document. */
  default void toSvgFile(Path file) throws IOException {
    // The style goes in before everything else. What the pointer shows is for the page's script, which isn't there.
    String svg = svg().toString().replaceFirst(" data-points=\"[^\"]*\"", "");
    int inside = svg.indexOf('>') + 1;
    Markup style = new Markup().open("style").verbatim(styleSheet()).close();
    Files.writeString(file, svg.substring(0, inside) + style + svg.substring(inside) + "\n");
  }

  /** Colours and lines of all plots, as CSS. */
  static String styleSheet() {
    try (InputStream css = Plot.class.getResourceAsStream("plot.css")) {
      return new String(css.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
