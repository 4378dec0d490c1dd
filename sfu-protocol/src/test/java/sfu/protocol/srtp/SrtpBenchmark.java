package sfu.protocol.srtp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Prints the time per packet of every profile over every provider. Run its main method; nothing is asserted. */
final class SrtpBenchmark {
  private static final int PAYLOAD = 1188;
  private static final int BATCH = 10_000;
  private static final int ROUNDS = 31;
  private static final int STREAMS = 4;

  private SrtpBenchmark() {}

  public static void main(String[] args) {
    SrtpCrypto[] cryptos = SrtpCrypto.best() == SrtpCrypto.jdk()
        ? new SrtpCrypto[] {SrtpCrypto.jdk()} : new SrtpCrypto[] {SrtpCrypto.openssl(), SrtpCrypto.jdk()};
    for (SrtpCrypto crypto : cryptos) {
      for (SrtpProfile profile : SrtpProfile.values()) {
        measure(crypto, profile);
      }
    }
  }

  private static void measure(SrtpCrypto crypto, SrtpProfile profile) {
    try (Arena arena = Arena.ofConfined();
        SrtpSender sender = Packets.sender(crypto, profile);
        SrtpReceiver receiver = Packets.receiver(crypto, profile)) {
      MemorySegment plain = arena.allocate(1500, 64);
      MemorySegment out = arena.allocate(1500, 64);
      MemorySegment wires = arena.allocate(1500L * BATCH, 64);
      double[] protect = new double[ROUNDS];
      double[] rewritten = new double[ROUNDS];
      double[] unprotect = new double[ROUNDS];
      int sequence = 0;
      for (int round = 0; round < ROUNDS; round++) {
        rewritten[round] = protectAll(sender, plain, wires, sequence, 15);
        sequence += BATCH / STREAMS;
        protect[round] = protectAll(sender, plain, wires, sequence, 12);
        sequence += BATCH / STREAMS;
        long start = System.nanoTime();
        int failed = 0;
        for (int i = 0; i < BATCH; i++) {
          failed += receiver.unprotectRtp(wires, 1500L * i, 12 + PAYLOAD + sender.overhead(), 12, out, 0) < 0 ? 1 : 0;
        }
        unprotect[round] = (System.nanoTime() - start) / (double) BATCH;
        if (failed > 0) {
          throw new AssertionError(failed + " packets refused");
        }
      }
      System.out.printf("%-10s %-24s protect %4.0f ns  with 3 rewritten bytes %4.0f ns  unprotect %4.0f ns%n",
          crypto.name(), profile, median(protect), median(rewritten), median(unprotect));
    }
  }

  private static double protectAll(SrtpSender sender, MemorySegment plain, MemorySegment wires, int sequence,
      int prefixLength) {
    long start = System.nanoTime();
    for (int i = 0; i < BATCH; i++) {
      long offset = 1500L * i;
      wires.set(Bytes.SHORT, offset + Bytes.RTP_SEQUENCE_OFFSET, (short) (sequence + i / STREAMS));
      wires.set(Bytes.INT, offset + Bytes.RTP_SSRC_OFFSET, i % STREAMS);
      sender.protectRtp(wires, offset, 12, prefixLength, plain, prefixLength, 12 + PAYLOAD - prefixLength);
    }
    return (System.nanoTime() - start) / (double) BATCH;
  }

  private static double median(double[] values) {
    double[] sorted = Arrays.copyOfRange(values, values.length / 3, values.length);
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
