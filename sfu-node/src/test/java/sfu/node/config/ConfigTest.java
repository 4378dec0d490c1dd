package sfu.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sfu.node.config.Config.Color;
import sfu.node.config.Config.CryptoChoice;
import sfu.node.config.Config.IoChoice;
import sfu.node.config.Config.Level;

class ConfigTest {

  private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);

  private static InetAddress resolve(String host) throws UnknownHostException {
    if (host.equals("sfu.example.com")) {
      return InetAddress.getByAddress(new byte[] {(byte) 203, 0, 113, 7});
    }
    if (host.chars().allMatch(c -> c == '.' || c == ':' || Character.digit(c, 16) >= 0) && !host.isEmpty()) {
      return InetAddress.getByName(host);
    }
    throw new UnknownHostException(host);
  }

  private static Config read(String... pairs) throws ConfigException {
    Map<String, String> environment = new HashMap<>(Map.of("PUBLIC_IP", "192.0.2.1", "AUTH_KEY", KEY));
    for (int i = 0; i < pairs.length; i += 2) {
      if (pairs[i + 1] == null) {
        environment.remove(pairs[i]);
      } else {
        environment.put(pairs[i], pairs[i + 1]);
      }
    }
    return Config.from(environment, ConfigTest::resolve);
  }

  @Test
  void defaultsAreThoseOfTheContract() throws Exception {
    Config config = read();

    assertThat(config.http().bind().getHostAddress()).isEqualTo("0.0.0.0");
    assertThat(config.http().port()).isEqualTo(8070);
    assertThat(config.http().proxy()).isFalse();
    assertThat(config.rtc().publicAddress().getHostAddress()).isEqualTo("192.0.2.1");
    assertThat(config.rtc().bind().getHostAddress()).isEqualTo("0.0.0.0");
    assertThat(config.rtc().minPort()).isEqualTo(40_000);
    assertThat(config.rtc().maxPort()).isEqualTo(49_999);
    assertThat(config.rtc().workers()).isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(config.rtc().maxBitrateInBps()).isEqualTo(8_000_000);
    assertThat(config.rtc().maxBitrateOutBps()).isEqualTo(10_000_000);
    assertThat(config.rtc().io()).isEqualTo(IoChoice.BEST);
    assertThat(config.rtc().crypto()).isEqualTo(CryptoChoice.BEST);
    assertThat(config.codecs().maxVideoBitrateBps()).isEqualTo(4_000_000);
    assertThat(config.codecs().audio()).containsExactly("opus", "PCMU", "PCMA");
    assertThat(config.codecs().video()).containsExactly("VP8", "VP9", "H264", "H264_1_2cb", "H264_1_3ch");
    assertThat(config.limits().channelSize()).isEqualTo(100);
    assertThat(config.log()).isEqualTo(new Config.Log(Level.ERROR, true, Color.AUTO, Level.ERROR, List.of()));
    assertThat(config.warnings()).isEmpty();
  }

  @Test
  void everyVariableIsRead() throws Exception {
    Config config =
        read(
            "HTTP_INTERFACE", "127.0.0.1", "PORT", "80", "PROXY", "1", "RTC_INTERFACE", "127.0.0.2",
            "NUM_WORKERS", "3", "AUDIO_CODECS", "PCMA, opus", "VIDEO_CODECS", "h264,VP8", "RTC_MIN_PORT", "5000",
            "RTC_MAX_PORT", "5010", "MAX_BUF_IN", "10000", "MAX_BUF_OUT", "20000", "MAX_BITRATE_IN", "1000000",
            "MAX_BITRATE_OUT", "2000000", "MAX_VIDEO_BITRATE", "500000", "CHANNEL_SIZE", "7", "SESSIONS_PER_WORKER", "3", "LOG_LEVEL", "Verbose",
            "LOG_TIMESTAMP", "no", "LOG_COLOR", "1", "WORKER_LOG_LEVEL", "warn", "DEBUG", "sfu:media*, x",
            "SFU_IO", "nio", "SFU_CRYPTO", "jdk");

    assertThat(config.http()).isEqualTo(new Config.Http(InetAddress.getByName("127.0.0.1"), 80, true));
    assertThat(config.rtc().bind().getHostAddress()).isEqualTo("127.0.0.2");
    assertThat(config.rtc().workers()).isEqualTo(3);
    assertThat(config.rtc().minPort()).isEqualTo(5000);
    assertThat(config.rtc().maxPort()).isEqualTo(5010);
    assertThat(config.rtc().maxBitrateInBps()).isEqualTo(1_000_000);
    assertThat(config.rtc().maxBitrateOutBps()).isEqualTo(2_000_000);
    assertThat(config.rtc().io()).isEqualTo(IoChoice.NIO);
    assertThat(config.rtc().crypto()).isEqualTo(CryptoChoice.JDK);
    assertThat(config.codecs()).isEqualTo(new Config.Codecs(List.of("opus", "PCMA"), List.of("VP8", "H264"), 500_000));
    assertThat(config.limits()).isEqualTo(new Config.Limits(7, 3, 10_000, 20_000));
    assertThat(config.log())
        .isEqualTo(new Config.Log(Level.VERBOSE, false, Color.ON, Level.WARN, List.of("sfu:media*", "x")));
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1",
    "2001:db8::1, 2001:db8:0:0:0:0:0:1",
    "[2001:db8::1], 2001:db8:0:0:0:0:0:1",
    "sfu.example.com, 203.0.113.7"
  })
  void publicIpTakesIpv4Ipv6OrAHostName(String value, String address) throws Exception {
    assertThat(read("PUBLIC_IP", value).rtc().publicAddress().getHostAddress()).isEqualTo(address);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PUBLIC_IP | no.such.host | an IPv4 address, an IPv6 address or a host name",
        "HTTP_INTERFACE | nowhere | an address of this machine",
        "RTC_INTERFACE | nowhere | an address of this machine",
        "PORT | 0 | a whole number from 1 to 65535",
        "PORT | 65536 | a whole number from 1 to 65535",
        "PORT | http | a whole number from 1 to 65535",
        "RTC_MIN_PORT | -1 | a whole number from 1 to 65535",
        "RTC_MAX_PORT | 39999 | a port from RTC_MIN_PORT (40000) to 65535",
        "NUM_WORKERS | 0 | a whole number from 1 to 1024",
        "NUM_WORKERS | two | a whole number from 1 to 1024",
        "AUDIO_CODECS | opus,mp3 | a comma separated list of opus, PCMU, PCMA",
        "VIDEO_CODECS | , | a comma separated list of VP8, VP9, H264, H264_1_2cb, H264_1_3ch",
        "MAX_BUF_IN | 1023 | a whole number from 1024",
        "MAX_BUF_OUT | much | a whole number from 1024",
        "MAX_BITRATE_IN | 8M | a whole number from 1000",
        "MAX_BITRATE_OUT | -5 | a whole number from 1000",
        "MAX_VIDEO_BITRATE | 1.5 | a whole number from 1000",
        "CHANNEL_SIZE | 0 | a whole number from 1",
        "LOG_LEVEL | loud | one of none, error, warn, info, debug, verbose",
        "WORKER_LOG_LEVEL | info | one of none, error, warn, debug",
        "SFU_IO | epoll | one of best, linux, nio",
        "SFU_CRYPTO | rot13 | one of best, libcrypto, jdk"
      })
  void aValueThatMakesNoSenseIsNamedWithWhatItTakes(String name, String value, String takes) {
    assertThatThrownBy(() -> read(name, value))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(name + " takes " + takes)
        .hasMessageEndingWith("\"" + value + "\"")
        .message()
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUBLIC_IP", "AUTH_KEY"})
  void whatIsRequiredIsNamedWhenMissing(String name) {
    assertThatThrownBy(() -> read(name, null)).isInstanceOf(ConfigException.class).hasMessageStartingWith(name);
    assertThatThrownBy(() -> read(name, " ")).isInstanceOf(ConfigException.class).hasMessageStartingWith(name);
  }

  @Test
  void workersNeedAPortEach() {
    assertThatThrownBy(() -> read("RTC_MIN_PORT", "5000", "RTC_MAX_PORT", "5001", "NUM_WORKERS", "3"))
        .hasMessageStartingWith("NUM_WORKERS takes at most as many");
  }

  @Test
  void aShortKeyWorksAndWarnsOnce() throws Exception {
    Config config = read("AUTH_KEY", "YWJj");
    assertThat(config.authKey()).containsExactly('a', 'b', 'c');
    assertThat(config.warnings()).singleElement().asString().contains("AUTH_KEY").doesNotContain("YWJj");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-_-_", "+/+/", "-_-_YQ", "+/+/YQ=="})
  void aKeyMayBeInEitherAlphabetPaddedOrNot(String key) throws Exception {
    assertThat(read("AUTH_KEY", key).authKey()).startsWith(0xFB, 0xFF, 0xBF);
  }

  @Test
  void aBadKeyIsNeverShown() {
    assertThatThrownBy(() -> read("AUTH_KEY", "secret!secret"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("AUTH_KEY")
        .message()
        .doesNotContain("secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"disable", "false", "none", "no", "0", "False"})
  void falseWordsSwitchOff(String word) throws Exception {
    Config config = read("LOG_TIMESTAMP", word, "LOG_COLOR", word, "PROXY", word);
    assertThat(config.log().timestamp()).isFalse();
    assertThat(config.log().color()).isEqualTo(Color.OFF);
    assertThat(config.http().proxy()).isFalse();
  }

  @Test
  void theKeyIsNotInTheTextOfAConfig() throws Exception {
    assertThat(read().toString()).doesNotContain("AAAA").doesNotContain("authKey");
  }

  @Property(tries = 300)
  void noValueMakesTheReaderFailOtherwise(@ForAll @StringLength(max = 30) String value) {
    for (String name : List.of("PORT", "AUTH_KEY", "VIDEO_CODECS", "LOG_LEVEL", "DEBUG", "MAX_BUF_IN")) {
      try {
        read(name, value);
      } catch (ConfigException e) {
        assertThat(e.getMessage()).startsWith(name).doesNotContain("\n");
      }
    }
  }
}
