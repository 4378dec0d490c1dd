package sfu.load.run;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What {@code ./sfu load} takes, in the order of its help. */
enum Option {
  URL(
      "URL",
      """
      the server to drive, by its HTTP API; without it, one of ours is started, and ended afterwards
      --url http://127.0.0.1:8070"""),
  KEY(
      "KEY",
      """
      the AUTH_KEY of that server, in base64. Others on this machine see what is typed, so better set SFU_KEY
      SFU_KEY=… ./sfu load --url http://127.0.0.1:8070"""),
  SCENARIO(
      "NAME",
      """
      meeting: 8 a channel, all speak and show cameras (the default)
      webinar: 1 publisher with a camera of 2.5 Mbit/s and 100 viewers a channel
      audio:   20 a channel, all speak
      churn:   a meeting in which somebody leaves and somebody else comes all the time
      screen:  30 a channel, one shares a screen, two more speak
      --scenario webinar"""),
  CHANNELS(
      "N",
      """
      how many channels; 1 by default
      --channels 4"""),
  PARTICIPANTS(
      "N",
      """
      of each channel, publishers included. A server has a CHANNEL_SIZE, 100 by default. Of --engine native by default
      as many as this machine should carry, if those are fewer than the scenario has
      --scenario webinar --participants 51"""),
  PUBLISHERS(
      "N",
      """
      of each channel, who sends; the others only receive
      --participants 30 --publishers 3"""),
  VIDEO(
      "KIND",
      """
      what publishers show: 3x simulcast, one layer or off
      --video "one layer\""""),
  VOICES(
      "on|off",
      """
      whether publishers speak; on by default
      --participants 33 --voices off"""),
  CODEC(
      "NAME",
      """
      of video: vp8 (the default), vp9 or h264
      --codec h264"""),
  BITRATE(
      "BPS",
      """
      of video in bit/s, of its highest layer; K and M are thousands and millions
      --bitrate 2.5M"""),
  FPS(
      "N",
      """
      frames of video a second; 30 by default, of a screen 5
      --fps 15"""),
  PACING(
      "on|off",
      """
      of the wire engine: on (the default) sends a frame packet by packet, one that is large for its bit rate in bursts,
      as a browser does; off sends all of it at once
      --video "one layer" --fps 1 --pacing off"""),
  CHURN(
      "RATE",
      """
      of the scenario churn: how often somebody leaves and somebody else comes, over all channels; 1/s by default
      --scenario churn --channels 4 --churn 2/s"""),
  DURATION(
      "TIME",
      """
      how long is measured once everybody is there; 60s by default
      --duration 30m"""),
  WARM_UP(
      "TIME|off",
      """
      how long media flows before that: a process that is new compiles its code while it works; 5s by default
      --warm-up 20s"""),
  RAMP(
      "RATE",
      """
      how fast participants come; 2/s by default
      --ramp 10/s"""),
  ENGINE(
      "NAME",
      """
      wire: thousands of participants without codecs (the default); native: libwebrtc with decoders, fewer
      --engine native --participants 4"""),
  THREADS(
      "N",
      """
      of the wire engine; by default one for each core that isn't the server's
      --threads 2"""),
  SERVER_PID(
      "PID",
      """
      the server's process if it runs here: its processor time and memory are measured, with its descendants'
      --url http://127.0.0.1:8070 --server-pid 4711"""),
  WORKERS(
      "N",
      """
      NUM_WORKERS of the server that is started without --url, and how many cores --pin gives to any; 1 by default
      --workers 2"""),
  PIN(
      "auto|off",
      """
      auto (the default): a server whose process is known gets the first cores, the load the others; off: neither
      --pin off"""),
  FIND_LIMIT(
      null,
      """
      raises the load until loss, delay or joins break the criteria, or each participant gets 15 % less than at first,
      and names the limit: to where the processors should be nearly full, if the server's process is known, else by
      half each time; then narrows. --channels is where it begins
      --scenario meeting --find-limit"""),
  STEP(
      "TIME",
      """
      of --find-limit: how long each look takes; 10s by default
      --find-limit --step 20s"""),
  COMPARE(
      "URL",
      """
      another server to compare with, by turns in one run: A B A B
      --compare http://127.0.0.1:8071"""),
  COMPARE_KEY(
      "KEY",
      """
      the AUTH_KEY of that one; by default the same as --key
      --compare http://127.0.0.1:8071 --compare-key …"""),
  COMPARE_PID(
      "PID",
      """
      the process of that one
      --compare http://127.0.0.1:8071 --compare-pid 4712"""),
  ROUNDS(
      "N",
      """
      of --compare: how often each has its turn; 3 by default
      --compare http://127.0.0.1:8071 --rounds 5"""),
  REPORT(
      "FOLDER",
      """
      where report.html and report.json go; load-tests/target/load-report by default
      --report out/""");

  private static final String HEAD =
      """
      usage: ./sfu load [OPTION…]

      How many participants does a server of this protocol carry, at what quality, at what cost? Starts one of ours
      unless --url names another, lets participants join and send, measures what each of them gets, and writes a page
      with plots. Ctrl-C ends it early with a report of what there is, a second time at once. Of the shell's variables
      only SFU_JAVA_OPTS reaches a server that is started here.

      Criteria: loss at most 0.1 %, p99 of the delay at most 20 ms, media within 20 s of every join, counts that agree
      with the server's. Exit code: 0 if all hold, 1 if one broke, 2 if it couldn't be tried, 3 if one broke where the
      load's own side was at its end or disturbed, so that the server may not be to blame.

      """;

  private static final String INDENT = "      ";

  private final String value;
  private final String text;

  Option(String value, String text) {
    this.value = value;
    this.text = text;
  }

  /** As typed. */
  String title() {
    return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What it takes, for the help; null for one that stands alone. */
  String value() {
    return value;
  }

  /** Whether what it is given is nobody's business. */
  boolean isSecret() {
    return this == KEY || this == COMPARE_KEY;
  }

  static Optional<Option> of(String typed) {
    return Arrays.stream(values()).filter(option -> option.title().equals(typed)).findFirst();
  }

  static String help() {
    return HEAD + Arrays.stream(values()).map(Option::describe).collect(Collectors.joining());
  }

  private String describe() {
    int example = text.lastIndexOf('\n');
    return "  %s%s%n%s%n%sas in: %s%n"
        .formatted(
            title(),
            value == null ? "" : " " + value,
            text.substring(0, example).indent(INDENT.length()).stripTrailing(),
            INDENT,
            example(text.substring(example + 1)));
  }

  private static String example(String typed) {
    return typed.contains("./sfu load") ? typed : "./sfu load " + typed;
  }
}
