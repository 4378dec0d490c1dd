package sfu.node.media.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import org.junit.jupiter.api.Test;
import sfu.protocol.srtp.SrtpCrypto;

/** In a call that merely goes on, neither end of a link makes garbage. */
class RelayAllocationTest {
  /** What isn't by the packet: checks of clients and of the link, a second's reports. */
  private static final long BYTES_A_SECOND = 4_096;

  @Test
  void packetsCrossWithoutGarbage() {
    assumeThat(SrtpCrypto.best().name()).isEqualTo("libcrypto");
    try (SimulatedCall call = RelayTest.twoWorkers()) {
      Publisher publisher = call.publisher();
      SimulatedCamera camera = CleanNetworkTest.simulcast(call, publisher, "camera");
      SimulatedMicrophone microphone = call.produce(publisher, publisher.microphone("microphone"));
      call.watch(call.viewer(), camera);
      for (int i = 0; i < 5; i++) {
        Viewer viewer = RelayTest.farViewer(call);
        call.watch(viewer, camera);
        call.watch(viewer, microphone);
      }
      call.between(0, 1).loss(0.01);
      call.runMillis(40_000);
      for (SimulatedWorker worker : call.workers) {
        long packets = worker.core.counters().packetsIn + worker.core.counters().packetsOut;
        long bytes = worker.allocatedBytes();
        call.runMillis(10_000);
        packets = worker.core.counters().packetsIn + worker.core.counters().packetsOut - packets;
        bytes = worker.allocatedBytes() - bytes;
        System.out.printf("relay: %d bytes allocated by %d packets in 10 s%n", bytes, packets);
        assertThat(packets).isGreaterThan(5_000);
        assertThat(bytes).isLessThan(10 * BYTES_A_SECOND);
      }
    }
  }
}
