package sfu.load.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sfu.load.report.RunResult;
import sfu.load.server.ServerProcess;

/** A load on a server whose signalling and media have IPv6 addresses alone. */
class Ipv6LoadTest {

  private static final String LOOPBACK = "::1";

  private static final String KEY =
      Base64.getEncoder().encodeToString("a key of a test".getBytes(StandardCharsets.UTF_8));

  @Test
  void aMeetingOnTheIpv6LoopbackHearsAndSeesItself() throws Exception {
    assumeTrue(hasIpv6Loopback(), "this machine has no IPv6 loopback: nothing to test here");
    Map<String, String> environment =
        Map.of(
            "HTTP_INTERFACE", LOOPBACK,
            "PUBLIC_IP", LOOPBACK,
            "RTC_INTERFACE", LOOPBACK,
            "NUM_WORKERS", "1",
            "AUTH_KEY", KEY);
    try (ServerProcess server = ServerProcess.start(environment)) {
      assertThat(server.address().toString()).startsWith("http://[::1]:");

      RunResult run = load(server, "--participants 3 --duration 1s --ramp 20/s --threads 1 --warm-up off --pin off");

      assertThat(run.attendees()).hasSize(3).allMatch(report -> report.connected() && report.inCall());
      assertThat(run.attendees().stream().flatMap(report -> report.streams().stream()))
          .hasSize(3 * 2 * 2)
          .allMatch(stream -> stream.packets() > 0);
      assertThat(run.serverStats()).containsEntry("sessions", "3 of 3").containsEntry("cameras", "3 of 3");
    }
  }

  private static RunResult load(ServerProcess server, String typed)
      throws UsageException, IOException, InterruptedException {
    String where = "--url %s --server-pid %d ".formatted(server.address(), server.pid());
    LoadOptions options =
        OptionParser.parse(List.of((where + typed).split(" ")), Map.of(OptionParser.KEY_VARIABLE, KEY));
    LiveLine quiet = new LiveLine(new PrintStream(PrintStream.nullOutputStream()), false);
    return new LoadCommand(options, new RunClock.System(), quiet).run().runs().getFirst();
  }

  private static boolean hasIpv6Loopback() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
      return socket.isBound();
    } catch (IOException _) {
      return false;
    }
  }
}
