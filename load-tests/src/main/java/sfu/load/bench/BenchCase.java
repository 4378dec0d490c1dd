package sfu.load.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import sfu.load.bench.ForwardingBenchmark.Cipher;
import sfu.node.media.io.IoKind;
import sfu.node.media.io.NetIo;
import sfu.protocol.srtp.SrtpProfile;

/** One line of the table. */
record BenchCase(Scenario scenario, IoKind io, Cipher cipher, SrtpProfile profile) {

  /** What a node uses on Linux, with what most browsers agree on. */
  static BenchCase usual(Scenario scenario) {
    return new BenchCase(scenario, IoKind.LINUX, Cipher.LIBCRYPTO, SrtpProfile.AEAD_AES_128_GCM);
  }

  /** Each scenario as it usually is. */
  static List<BenchCase> usual() {
    List<BenchCase> cases = new ArrayList<>();
    for (Scenario scenario : Scenario.values()) {
      cases.add(usual(scenario));
    }
    return cases;
  }

  /** The usual ones, and for one to fifty each other cipher and the other sockets. */
  static List<BenchCase> main() {
    List<BenchCase> cases = usual();
    for (Cipher cipher : Cipher.values()) {
      for (SrtpProfile profile : SrtpProfile.values()) {
        addNew(cases, new BenchCase(Scenario.ONE_TO_FIFTY, IoKind.LINUX, cipher, profile));
      }
    }
    addNew(
        cases, new BenchCase(Scenario.ONE_TO_FIFTY, IoKind.NIO, Cipher.LIBCRYPTO, SrtpProfile.AEAD_AES_128_GCM));
    return cases;
  }

  static List<BenchCase> all() {
    List<BenchCase> cases = new ArrayList<>();
    for (Scenario scenario : Scenario.values()) {
      for (IoKind io : List.of(IoKind.LINUX, IoKind.NIO)) {
        for (Cipher cipher : Cipher.values()) {
          for (SrtpProfile profile : SrtpProfile.values()) {
            cases.add(new BenchCase(scenario, io, cipher, profile));
          }
        }
      }
    }
    return cases;
  }

  private static void addNew(List<BenchCase> cases, BenchCase one) {
    if (!cases.contains(one)) {
      cases.add(one);
    }
  }

  /** Why this machine can't run it, or null. */
  String obstacle() {
    try {
      cipher.crypto();
      NetIo.open(io, Loopback.ADDRESS, Loopback.PORTS, 0).close();
      return null;
    } catch (UnsupportedOperationException | IOException e) {
      return e.getMessage();
    }
  }

  @Override
  public String toString() {
    return "%s, %s, %s %s".formatted(scenario.title(), ioName(), cipherName(), profile);
  }

  String ioName() {
    return io.name().toLowerCase(java.util.Locale.ROOT);
  }

  String cipherName() {
    return cipher.name().toLowerCase(java.util.Locale.ROOT);
  }
}
