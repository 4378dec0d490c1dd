package sfu.load.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import sfu.load.engine.VideoSettings;
import sfu.load.report.LoadResult;
import sfu.load.report.Machine;
import sfu.load.server.ServerProcess;

/**
 * What a result says of itself: what was asked for, where and when, and with what.
 *
 * @param machine as it was before anything was pinned
 */
record ResultHead(LoadOptions options, String startedAt, String machine, Map<String, String> versions) {

  private static final long GIT_SECONDS = 5;

  static ResultHead now(LoadOptions options) throws InterruptedException {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("load", revision());
    versions.put("Java", Runtime.version().toString());
    versions.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    return new ResultHead(
        options, Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(), Machine.describe(), versions);
  }

  LoadResult with(LoadCommand.Outcome outcome) {
    return new LoadResult(
        title(),
        command(),
        startedAt,
        machine,
        versions,
        settings(outcome),
        outcome.runs(),
        outcome.findings(),
        outcome.comparison());
  }

  private String title() {
    String crowd = options.crowd().title();
    return switch (options.mode()) {
      case LoadOptions.Mode.Once() -> crowd;
      case LoadOptions.Mode.FindLimit _ -> options.crowd().scenario().title() + ": the limit";
      case LoadOptions.Mode.Compare _ -> crowd + ", two servers";
    };
  }

  private String command() {
    return options.given().entrySet().stream()
        .map(option -> " " + option.getKey() + quoted(option.getValue()))
        .collect(Collectors.joining("", "./sfu load", ""));
  }

  private static String quoted(String value) {
    return value.isEmpty() ? "" : value.contains(" ") ? " \"" + value + '"' : " " + value;
  }

  private Map<String, String> settings(LoadCommand.Outcome outcome) {
    Crowd crowd = options.crowd();
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("server", options.server().map(remote -> remote.url().toString()).orElse("ours, started by this"));
    settings.put("scenario", crowd.scenario().title());
    settings.put("channels", Integer.toString(crowd.channels()));
    settings.put("participants", crowd.participants() + " a channel");
    settings.put("publishers", crowd.publishers() + " a channel");
    settings.put("voices", crowd.voices() ? "on" : "off");
    settings.put("video", crowd.video().map(ResultHead::describe).orElse("off"));
    if (crowd.churnPerSecond() > 0) {
      settings.put("churn", perSecond(crowd.churnPerSecond()));
    }
    if (!(options.mode() instanceof LoadOptions.Mode.FindLimit)) {
      settings.put("duration", options.duration().toSeconds() + " s");
    }
    settings.put("warm-up", options.warmUp().toSeconds() + " s");
    settings.put("ramp", perSecond(options.joinsPerSecond()));
    settings.put("engine", options.engine().title());
    if (outcome.threads() > 0) {
      settings.put("threads", Integer.toString(outcome.threads()));
    }
    if (options.server().isEmpty()) {
      settings.put("workers", Integer.toString(options.workers()));
    }
    settings.put("pinned", outcome.pinned());
    switch (options.mode()) {
      case LoadOptions.Mode.Once() -> { }
      case LoadOptions.Mode.FindLimit(var step) -> settings.put("step", step.toSeconds() + " s");
      case LoadOptions.Mode.Compare(var other, int rounds) -> {
        settings.put("compared with", other.url().toString());
        settings.put("rounds", Integer.toString(rounds));
      }
    }
    return settings;
  }

  private static String perSecond(double rate) {
    return "%.4g".formatted(rate).replaceAll("\\.?0+$", "") + "/s";
  }

  private static String describe(VideoSettings video) {
    List<String> layers = new ArrayList<>();
    video.layerBps().forEach(bps -> layers.add("%.0f".formatted(bps / 1e3)));
    return "%s, %dx%d, %d frames/s, %s kbit/s%s"
        .formatted(
            video.codec(),
            video.width(),
            video.height(),
            video.framesPerSecond(),
            String.join(" + ", layers),
            video.paced() ? "" : ", not paced");
  }

  /** Of this working copy; what was changed since makes it one of its own. */
  private static String revision() throws InterruptedException {
    try {
      Process git =
          new ProcessBuilder("git", "describe", "--always", "--dirty", "--abbrev=10")
              .directory(ServerProcess.repository().toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      boolean ended = git.waitFor(GIT_SECONDS, TimeUnit.SECONDS);
      return ended && git.exitValue() == 0 && !said.isEmpty() ? said : "unknown";
    } catch (IOException _) {
      return "unknown";
    }
  }
}
