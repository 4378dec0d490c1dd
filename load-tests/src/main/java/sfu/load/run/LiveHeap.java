package sfu.load.run;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What of another Java's heap is in use, whichever collector it has. */
final class LiveHeap {

  private static final Path JCMD = Path.of(System.getProperty("java.home"), "bin", "jcmd");

  /** The histogram's last line: objects and bytes. */
  private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)\\s*$");

  private static final long PATIENCE_SECONDS = 30;

  private LiveHeap() {}

  /**
   * Makes a Java collect all that nobody needs, which stops it for a tenth of a second or so, and blocks until it has
   * said what is left.
   *
   * @param pid not of this process, which couldn't listen to itself meanwhile
   * @return bytes; NaN if it doesn't say, or this machine has no jcmd
   */
  static double bytes(long pid) throws InterruptedException {
    Process asking;
    try {
      asking =
          new ProcessBuilder(List.of(JCMD.toString(), Long.toString(pid), "GC.class_histogram"))
              .redirectError(Redirect.DISCARD)
              .start();
    } catch (IOException _) {
      return Double.NaN;
    }
    CompletableFuture<String> said = CompletableFuture.supplyAsync(() -> read(asking));
    try {
      Matcher total = TOTAL.matcher(said.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
      return total.find() ? Double.parseDouble(total.group(1)) : Double.NaN;
    } catch (ExecutionException | TimeoutException _) {
      return Double.NaN;
    } finally {
      asking.destroyForcibly();
    }
  }

  private static String read(Process process) {
    try {
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException _) {
      return "";
    }
  }
}
