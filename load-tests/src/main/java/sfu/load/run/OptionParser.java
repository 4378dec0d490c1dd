package sfu.load.run;

import static sfu.load.run.Option.BITRATE;
import static sfu.load.run.Option.CHANNELS;
import static sfu.load.run.Option.CHURN;
import static sfu.load.run.Option.CODEC;
import static sfu.load.run.Option.COMPARE;
import static sfu.load.run.Option.COMPARE_KEY;
import static sfu.load.run.Option.COMPARE_PID;
import static sfu.load.run.Option.DURATION;
import static sfu.load.run.Option.ENGINE;
import static sfu.load.run.Option.FIND_LIMIT;
import static sfu.load.run.Option.FPS;
import static sfu.load.run.Option.KEY;
import static sfu.load.run.Option.PACING;
import static sfu.load.run.Option.PARTICIPANTS;
import static sfu.load.run.Option.PIN;
import static sfu.load.run.Option.PUBLISHERS;
import static sfu.load.run.Option.RAMP;
import static sfu.load.run.Option.REPORT;
import static sfu.load.run.Option.ROUNDS;
import static sfu.load.run.Option.SCENARIO;
import static sfu.load.run.Option.SERVER_PID;
import static sfu.load.run.Option.STEP;
import static sfu.load.run.Option.THREADS;
import static sfu.load.run.Option.URL;
import static sfu.load.run.Option.VIDEO;
import static sfu.load.run.Option.VOICES;
import static sfu.load.run.Option.WARM_UP;
import static sfu.load.run.Option.WORKERS;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import sfu.load.engine.VideoCodec;
import sfu.load.engine.VideoSettings;
import sfu.load.nativepeer.PeerCost;

/** Reads a command line. For one. */
final class OptionParser {

  /** The environment variable that stands for --key. */
  static final String KEY_VARIABLE = "SFU_KEY";

  private static final int MANY = 100_000;

  private final Map<Option, String> given = new EnumMap<>(Option.class);
  private final Map<String, String> environment;
  private final int cores;
  private Optional<String> fitted = Optional.empty();

  private OptionParser(Map<String, String> environment, int cores) {
    this.environment = environment;
    this.cores = cores;
  }

  /** @throws UsageException if it can't be followed, with the one line that says why */
  static LoadOptions parse(List<String> arguments, Map<String, String> environment) throws UsageException {
    return parse(arguments, environment, Runtime.getRuntime().availableProcessors());
  }

  /** On a machine of so many cores. */
  static LoadOptions parse(List<String> arguments, Map<String, String> environment, int cores) throws UsageException {
    OptionParser parser = new OptionParser(environment, cores);
    parser.collect(arguments);
    return parser.resolve();
  }

  private void collect(List<String> arguments) throws UsageException {
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      int equals = argument.startsWith("--") ? argument.indexOf('=') : -1;
      String typed = equals < 0 ? argument : argument.substring(0, equals);
      Option option =
          Option.of(typed).orElseThrow(() -> new UsageException(typed + " is unknown; --help lists what is possible"));
      String value = "";
      if (option.value() == null) {
        if (equals >= 0) {
          throw new UsageException(typed + " takes no value");
        }
      } else if (equals >= 0) {
        value = argument.substring(equals + 1);
      } else if (i + 1 < arguments.size() && !arguments.get(i + 1).startsWith("--")) {
        value = arguments.get(++i);
      } else {
        throw new UsageException(typed + " needs a value: " + option.value());
      }
      if (given.put(option, value) != null) {
        throw new UsageException(typed + " is given twice");
      }
    }
  }

  // -- all together ---------------------------------------------------------------------------------------------------

  private LoadOptions resolve() throws UsageException {
    checkCompanions();
    Optional<Remote> server = server();
    LoadOptions.Mode mode = mode();
    EngineKind engine = choice(ENGINE, EngineKind.WIRE, "wire or native", Map.of(
        "wire", EngineKind.WIRE, "native", EngineKind.NATIVE));
    if (engine == EngineKind.NATIVE && given.containsKey(THREADS)) {
      throw new UsageException("--threads is of --engine wire; native has processes");
    }
    if (engine == EngineKind.NATIVE && given.containsKey(PACING)) {
      throw new UsageException("--pacing is of --engine wire; libwebrtc has a pacer of its own");
    }
    int workers = count(WORKERS, 1, 1, 1024);
    boolean pin = choice(PIN, true, "auto or off", Map.of("auto", true, "off", false));
    boolean sharesMachine = server.isEmpty() || server.get().pid().isPresent();
    Crowd crowd = crowd(engine, pin && sharesMachine ? Math.max(1, cores - workers) : cores);
    return new LoadOptions(
        server,
        workers,
        crowd,
        fitted,
        "off".equals(given.get(WARM_UP)) ? Duration.ZERO : time(WARM_UP, Duration.ofSeconds(5)),
        time(DURATION, Duration.ofSeconds(60)),
        rate(RAMP, 2),
        engine,
        count(THREADS, 0, 1, 1024),
        pin,
        Optional.ofNullable(given.get(REPORT)).map(Path::of),
        mode,
        shown());
  }

  /** Options that say nothing without another one, or contradict it. */
  private void checkCompanions() throws UsageException {
    needs(SERVER_PID, URL, "a server that load starts itself is measured anyway");
    needs(COMPARE_KEY, COMPARE, "it is the key of that server");
    needs(COMPARE_PID, COMPARE, "it is the process of that server");
    needs(ROUNDS, COMPARE, "a single run has no rounds");
    needs(STEP, FIND_LIMIT, "a single run has --duration");
    excludes(DURATION, FIND_LIMIT, "each look takes --step");
    excludes(COMPARE, FIND_LIMIT, "look for the limit of one server after the other");
    if (given.containsKey(KEY) && !given.containsKey(URL) && !given.containsKey(COMPARE)) {
      throw new UsageException("--key needs --url: a server that load starts itself has a key of its own");
    }
  }

  private void needs(Option option, Option companion, String why) throws UsageException {
    if (given.containsKey(option) && !given.containsKey(companion)) {
      throw new UsageException(option.title() + " needs " + companion.title() + ": " + why);
    }
  }

  private void excludes(Option option, Option other, String why) throws UsageException {
    if (given.containsKey(option) && given.containsKey(other)) {
      throw new UsageException(option.title() + " doesn't go with " + other.title() + ": " + why);
    }
  }

  private Optional<Remote> server() throws UsageException {
    return given.containsKey(URL)
        ? Optional.of(new Remote(Values.url(URL.title(), given.get(URL)), key(KEY), pid(SERVER_PID)))
        : Optional.empty();
  }

  private LoadOptions.Mode mode() throws UsageException {
    if (given.containsKey(COMPARE)) {
      Remote other =
          new Remote(
              Values.url(COMPARE.title(), given.get(COMPARE)),
              key(given.containsKey(COMPARE_KEY) ? COMPARE_KEY : KEY),
              pid(COMPARE_PID));
      return new LoadOptions.Mode.Compare(other, count(ROUNDS, 3, 1, 1000));
    }
    return given.containsKey(FIND_LIMIT)
        ? new LoadOptions.Mode.FindLimit(time(STEP, Duration.ofSeconds(10)))
        : new LoadOptions.Mode.Once();
  }

  private Crowd crowd(EngineKind engine, int loadCores) throws UsageException {
    Scenario scenario =
        choice(SCENARIO, Scenario.MEETING, "meeting, webinar, audio, churn or screen", Map.of(
            "meeting", Scenario.MEETING,
            "webinar", Scenario.WEBINAR,
            "audio", Scenario.AUDIO,
            "churn", Scenario.CHURN,
            "screen", Scenario.SCREEN));
    int channels = count(CHANNELS, 1, 1, MANY);
    Optional<VideoSettings> video = video(scenario);
    int participants = count(PARTICIPANTS, scenario.participants(), 2, MANY);
    if (engine == EngineKind.NATIVE && !given.containsKey(PARTICIPANTS)) {
      participants = fitting(scenario, channels, video, loadCores);
    }
    int publishers = count(PUBLISHERS, scenario.publishers(participants), 1, MANY);
    if (publishers > participants) {
      throw new UsageException(
          "--publishers %d are more than the %d participants of a channel".formatted(publishers, participants));
    }
    if (given.containsKey(CHURN) && scenario != Scenario.CHURN) {
      throw new UsageException("--churn needs --scenario churn: in others everybody stays");
    }
    boolean voices = choice(VOICES, true, "on or off", Map.of("on", true, "off", false));
    if (!voices && video.isEmpty()) {
      throw new UsageException("--voices off needs video: without either nobody sends anything");
    }
    return new Crowd(
        scenario,
        channels,
        participants,
        publishers,
        voices,
        video,
        scenario == Scenario.CHURN ? rate(CHURN, 1) : 0);
  }

  /** The scenario's participants, or fewer if a machine carries no more native peers; two at least, and who sends. */
  private int fitting(Scenario scenario, int channels, Optional<VideoSettings> video, int loadCores)
      throws UsageException {
    int peers = scenario.participants();
    int least = count(PUBLISHERS, 2, 1, MANY);
    while (peers > Math.max(2, least)) {
      int publishers = count(PUBLISHERS, scenario.publishers(peers), 1, MANY);
      List<VideoSettings> shown =
          video.map(each -> Collections.nCopies(scenario.showing(publishers), each)).orElse(List.of());
      if (PeerCost.fits(loadCores, channels, peers, publishers, shown)) {
        break;
      }
      peers--;
    }
    if (peers < scenario.participants()) {
      fitted =
          Optional.of(
              ("%d participants a channel, and not %d: what %s should carry of native peers"
                      + " (--participants asks for more).")
                  .formatted(peers, scenario.participants(), loadCores == 1 ? "one core" : loadCores + " cores"));
      given.put(PARTICIPANTS, Integer.toString(peers));
    }
    return peers;
  }

  private Optional<VideoSettings> video(Scenario scenario) throws UsageException {
    Scenario.Video shown =
        choice(VIDEO, scenario.video(), "3x simulcast, one layer or off", Map.of(
            "3x simulcast", Scenario.Video.SIMULCAST,
            "3x", Scenario.Video.SIMULCAST,
            "simulcast", Scenario.Video.SIMULCAST,
            "one layer", Scenario.Video.ONE_LAYER,
            "one", Scenario.Video.ONE_LAYER,
            "off", Scenario.Video.OFF));
    if (shown == Scenario.Video.OFF) {
      for (Option option : List.of(CODEC, BITRATE, FPS, PACING)) {
        if (given.containsKey(option)) {
          throw new UsageException(option.title() + " is of video, and there is none: --video turns it on");
        }
      }
      return Optional.empty();
    }
    VideoCodec codec =
        choice(CODEC, VideoCodec.VP8, "vp8, vp9 or h264", Map.of(
            "vp8", VideoCodec.VP8, "vp9", VideoCodec.VP9, "h264", VideoCodec.H264));
    int bps =
        given.containsKey(BITRATE)
            ? Values.bitrate(BITRATE.title(), given.get(BITRATE))
            : scenario.videoBps(shown);
    VideoSettings paced =
        Crowd.video(scenario, shown, codec, count(FPS, scenario.framesPerSecond(), 1, 60), bps);
    boolean pacing = choice(PACING, true, "on or off", Map.of("on", true, "off", false));
    return Optional.of(pacing ? paced : paced.unpaced());
  }

  // -- one by one -----------------------------------------------------------------------------------------------------

  private int count(Option option, int otherwise, int least, int most) throws UsageException {
    return given.containsKey(option) ? Values.count(option.title(), given.get(option), least, most) : otherwise;
  }

  private double rate(Option option, double otherwise) throws UsageException {
    return given.containsKey(option) ? Values.rate(option.title(), given.get(option)) : otherwise;
  }

  private Duration time(Option option, Duration otherwise) throws UsageException {
    return given.containsKey(option) ? Values.time(option.title(), given.get(option)) : otherwise;
  }

  private <T> T choice(Option option, T otherwise, String possible, Map<String, T> choices) throws UsageException {
    return given.containsKey(option) ? Values.choice(option.title(), given.get(option), possible, choices) : otherwise;
  }

  private OptionalLong pid(Option option) throws UsageException {
    return given.containsKey(option)
        ? OptionalLong.of(Values.pid(option.title(), given.get(option)))
        : OptionalLong.empty();
  }

  private byte[] key(Option option) throws UsageException {
    String text = given.containsKey(option) ? given.get(option) : environment.get(KEY_VARIABLE);
    if (text == null) {
      throw new UsageException(
          "a server that runs already needs its AUTH_KEY: in the environment as " + KEY_VARIABLE + ", or with --key");
    }
    return Values.key(given.containsKey(option) ? option.title() : KEY_VARIABLE, text);
  }

  private Map<String, String> shown() {
    Map<String, String> shown = new LinkedHashMap<>();
    given.forEach((option, value) -> {
      if (!option.isSecret()) {
        shown.put(option.title(), value);
      }
    });
    return shown;
  }
}
