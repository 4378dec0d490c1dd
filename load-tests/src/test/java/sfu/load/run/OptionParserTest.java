package sfu.load.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import sfu.load.client.Invitation;
import sfu.load.engine.Seat;
import sfu.load.engine.VideoCodec;
import sfu.load.engine.VideoSettings;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.SessionId;

class OptionParserTest {

  private static final Map<String, String> NO_VARIABLES = Map.of();
  private static final Map<String, String> A_KEY = Map.of(OptionParser.KEY_VARIABLE, "c2VjcmV0");

  @Test
  void nothingAskedForIsAMeetingAtAServerOfOurs() throws UsageException {
    LoadOptions options = parse();

    assertThat(options.server()).isEmpty();
    assertThat(options.crowd())
        .isEqualTo(
            new Crowd(Scenario.MEETING, 1, 8, 8, true, Optional.of(VideoSettings.SIMULCAST), 0));
    assertThat(options.duration()).isEqualTo(Duration.ofSeconds(60));
    assertThat(options.joinsPerSecond()).isEqualTo(2);
    assertThat(options.engine()).isEqualTo(EngineKind.WIRE);
    assertThat(options.workers()).isEqualTo(1);
    assertThat(options.pin()).isTrue();
    assertThat(options.mode()).isEqualTo(new LoadOptions.Mode.Once());
  }

  @Test
  void everyOptionOfTheIssueIsTaken() throws UsageException {
    LoadOptions options =
        OptionParser.parse(
            words(
                "--url http://sfu.example:8070 --scenario webinar --channels 3 --participants 50 --publishers 2"
                    + " --video 3x|simulcast --duration 2m --ramp 10/s --engine wire --report out/"),
            A_KEY);

    assertThat(options.server()).get().extracting(server -> server.url().getHost()).isEqualTo("sfu.example");
    assertThat(options.server().get().key()).isEqualTo("secret".getBytes());
    assertThat(options.crowd().seats()).isEqualTo(150);
    assertThat(options.crowd().publishers()).isEqualTo(2);
    assertThat(options.crowd().video()).get().extracting(VideoSettings::layers).isEqualTo(3);
    assertThat(options.duration()).isEqualTo(Duration.ofMinutes(2));
    assertThat(options.joinsPerSecond()).isEqualTo(10);
    assertThat(options.report()).get().hasToString("out");
  }

  @ParameterizedTest
  @CsvSource({
    "3x|simulcast, 3", "3x, 3", "simulcast, 3", "one|layer, 1", "one, 1", "off, 0", "OFF, 0"
  })
  void videoHasShortNames(String typed, int layers) throws UsageException {
    LoadOptions options = OptionParser.parse(words("--video " + typed), NO_VARIABLES);

    assertThat(options.crowd().video().map(VideoSettings::layers).orElse(0)).isEqualTo(layers);
  }

  @Test
  void bitRateCodecAndFramesAreThoseOfTheHighestLayer() throws UsageException {
    VideoSettings video = parse("--bitrate", "1.8M", "--codec", "h264", "--fps=15").crowd().video().orElseThrow();

    assertThat(video)
        .isEqualTo(new VideoSettings(VideoCodec.H264, 1280, 720, 15, List.of(300_000, 800_000, 1_800_000)));
  }

  @Test
  void aScreenIsSharedByTheFirstPublisherAlone() throws UsageException {
    Crowd crowd = parse("--scenario", "screen").crowd();

    assertThat(seat(crowd, 0).sends()).containsExactlyInAnyOrder(StreamType.AUDIO, StreamType.SCREEN);
    assertThat(seat(crowd, 1).sends()).containsExactly(StreamType.AUDIO);
    assertThat(seat(crowd, 3).sends()).isEmpty();
  }

  @Test
  void withoutVoicesPublishersOnlyShow() throws UsageException {
    Crowd crowd = parse("--voices", "off").crowd();

    assertThat(seat(crowd, 0).sends()).containsExactly(StreamType.CAMERA);
  }

  @Test
  void moreParticipantsOfAMeetingAreMorePublishersAndOfAWebinarMoreViewers() throws UsageException {
    assertThat(parse("--participants", "30").crowd().publishers()).isEqualTo(30);
    assertThat(parse("--scenario", "webinar", "--participants", "30").crowd().publishers()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "--engine native, 2, 2",
    "--engine native, 4, 4",
    "--engine native, 64, 8",
    "--engine native --channels 8, 64, 7",
    "--engine native --scenario audio, 2, 17",
    "--engine native --scenario webinar, 2, 7",
    "--engine native --scenario webinar --pin off, 2, 14",
    "--engine native --participants 8, 2, 8",
    "--engine wire, 2, 8"
  })
  void nativeParticipantsAreAsManyAsTheCoresBesideTheServersCarry(String typed, int cores, int participants)
      throws UsageException {
    LoadOptions options = OptionParser.parse(words(typed), NO_VARIABLES, cores);

    assertThat(options.crowd().participants()).isEqualTo(participants);
    assertThat(options.crowd().publishers()).isLessThanOrEqualTo(participants);
    assertThat(options.fitted().isPresent())
        .isEqualTo(!typed.contains("--participants") && participants < options.crowd().scenario().participants());
  }

  @Test
  void aCrowdThatWasMadeToFitIsInTheCommandThatGivesTheSame() throws UsageException {
    LoadOptions options = OptionParser.parse(words("--engine native"), NO_VARIABLES, 2);

    assertThat(options.given()).containsEntry("--participants", "2");
    assertThat(options.fitted())
        .contains(
            "2 participants a channel, and not 8: what one core should carry of native peers (--participants asks for"
                + " more).");
  }

  @Test
  void theOtherServerHasTheSameKeyUnlessItIsGivenOne() throws UsageException {
    LoadOptions same = OptionParser.parse(words("--compare http://b:1 --rounds 5"), A_KEY);
    LoadOptions own = OptionParser.parse(words("--compare http://b:1 --compare-key b3RoZXI="), A_KEY);

    assertThat(((LoadOptions.Mode.Compare) same.mode()).other().key()).isEqualTo("secret".getBytes());
    assertThat(((LoadOptions.Mode.Compare) same.mode()).rounds()).isEqualTo(5);
    assertThat(((LoadOptions.Mode.Compare) own.mode()).other().key()).isEqualTo("other".getBytes());
  }

  @Test
  void keysAreInNothingThatIsShown() throws UsageException {
    LoadOptions options = OptionParser.parse(words("--url http://a:1 --key c2VjcmV0"), NO_VARIABLES);

    assertThat(options.given()).containsOnlyKeys("--url");
    assertThat(options.toString()).doesNotContain("c2VjcmV0").doesNotContain("secret");
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " -> ",
      quoteCharacter = '`',
      textBlock =
          """
          --chanels 4 -> --chanels is unknown; --help lists what is possible
          4 -> 4 is unknown; --help lists what is possible
          --channels -> --channels needs a value: N
          --channels --ramp 2/s -> --channels needs a value: N
          --channels 1 --channels 2 -> --channels is given twice
          --find-limit=yes -> --find-limit takes no value
          --channels many -> --channels takes a whole number from 1 to 100000, not "many"
          --participants 1 -> --participants takes a whole number from 2 to 100000, not "1"
          --publishers 9 -> --publishers 9 are more than the 8 participants of a channel
          --scenario party -> --scenario takes meeting, webinar, audio, churn or screen, not "party"
          --video 4x -> --video takes 3x simulcast, one layer or off, not "4x"
          --video off --fps 15 -> --fps is of video, and there is none: --video turns it on
          --video off --voices off -> --voices off needs video: without either nobody sends anything
          --video off --pacing off -> --pacing is of video, and there is none: --video turns it on
          --engine native --pacing off -> --pacing is of --engine wire; libwebrtc has a pacer of its own
          --voices maybe -> --voices takes on or off, not "maybe"
          --codec av1 -> --codec takes vp8, vp9 or h264, not "av1"
          --bitrate 2.5X -> --bitrate takes a bit rate from 30K to 100M, such as 900K or 2.5M, not "2.5X"
          --bitrate 900M -> --bitrate takes a bit rate from 30K to 100M, such as 900K or 2.5M, not "900M"
          --fps 120 -> --fps takes a whole number from 1 to 60, not "120"
          --duration soon -> --duration takes a time such as 90s, 30m or 1h, not "soon"
          --warm-up on -> --warm-up takes a time such as 90s, 30m or 1h, not "on"
          --duration 0 -> --duration takes a time such as 90s, 30m or 1h, not "0"
          --ramp 0/s -> --ramp takes a rate such as 2/s, 0.5/s or 30/m, not "0/s"
          --engine wired -> --engine takes wire or native, not "wired"
          --engine native --threads 2 -> --threads is of --engine wire; native has processes
          --url here --key c2VjcmV0 -> --url takes an address such as http://127.0.0.1:8070, not "here"
          --url ftp://a --key c2VjcmV0 -> --url takes an address such as http://127.0.0.1:8070, not "ftp://a"
          --url http://a --key s_e -> --key isn't base64: it takes what the server has as AUTH_KEY
          --server-pid 1 -> --server-pid needs --url: a server that load starts itself is measured anyway
          --pin always -> --pin takes auto or off, not "always"
          --churn 1/s -> --churn needs --scenario churn: in others everybody stays
          --rounds 2 -> --rounds needs --compare: a single run has no rounds
          --step 2s -> --step needs --find-limit: a single run has --duration
          --compare-pid 1 -> --compare-pid needs --compare: it is the process of that server
          --compare-key YQ== -> --compare-key needs --compare: it is the key of that server
          --find-limit --duration 1m -> --duration doesn't go with --find-limit: each look takes --step
          --key YQ== -> --key needs --url: a server that load starts itself has a key of its own
          """)
  void aWrongArgumentGetsOneLineThatSaysWhatIsPossible(String typed, String line) {
    assertThatThrownBy(() -> OptionParser.parse(words(typed), NO_VARIABLES))
        .isInstanceOf(UsageException.class)
        .hasMessage(line);
  }

  @Test
  void aServerThatRunsAlreadyNeedsAKey() {
    assertThatThrownBy(() -> parse("--url", "http://127.0.0.1:8070"))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "a server that runs already needs its AUTH_KEY: in the environment as SFU_KEY, or with --key");
  }

  @Test
  void aProcessThatDoesNotRunIsRefused() {
    assertThatThrownBy(() -> OptionParser.parse(words("--url http://a:1 --server-pid 0"), A_KEY))
        .isInstanceOf(UsageException.class)
        .hasMessage("--server-pid takes the id of a process that runs on this machine, not \"0\"");
  }

  @ParameterizedTest
  @EnumSource(Option.class)
  void theHelpExplainsEveryOptionWithAnExample(Option option) {
    String entry = Option.help().substring(Option.help().indexOf("  " + option.title()));

    assertThat(entry.lines().skip(1).takeWhile(line -> !line.startsWith("  --")).toList())
        .hasSizeGreaterThan(1)
        .last(STRING)
        .contains("as in: ", "./sfu load");
  }

  private static LoadOptions parse(String... arguments) throws UsageException {
    return OptionParser.parse(List.of(arguments), NO_VARIABLES);
  }

  /** By blanks; a bar stands for a blank inside a word. */
  private static List<String> words(String typed) {
    return Arrays.stream(typed.split(" ")).map(word -> word.replace('|', ' ')).toList();
  }

  private static Seat seat(Crowd crowd, int position) {
    return crowd.seat(position, SessionId.of(1), new Invitation(URI.create("http://a"), "c", "j"));
  }
}
