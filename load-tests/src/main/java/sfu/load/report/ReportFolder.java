package sfu.load.report;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a command leaves what it measured: {@value #PAGE} for people, {@value #DATA} for programs. */
public final class ReportFolder {
  public static final String PAGE = "report.html";
  public static final String DATA = "report.json";

  private ReportFolder() {}

  /**
   * Writes both files, over those of an earlier run.
   *
   * @return the page
   */
  public static Path write(Path folder, LoadResult result) throws IOException {
    Files.createDirectories(folder);
    try (OutputStream json = new BufferedOutputStream(Files.newOutputStream(folder.resolve(DATA)))) {
      JsonReport.write(json, result);
    }
    return Files.writeString(folder.resolve(PAGE), Page.of(result));
  }
}
