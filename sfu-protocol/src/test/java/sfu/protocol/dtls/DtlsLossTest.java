package sfu.protocol.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Handshakes over networks that lose, repeat, reorder and forge. */
class DtlsLossTest {

  @Test
  void everyThirdDatagramLost() throws Exception {
    connectOver(
        1200,
        () -> {
          int[] count = {0};
          return (datagram, deliver) -> {
            if (++count[0] % 3 != 0) {
              deliver.accept(datagram);
            }
          };
        });
  }

  @Test
  void oneDatagramOfThreeLostOfManySmallOnes() throws Exception {
    for (int seed = 0; seed < 10; seed++) {
      Random seeds = new Random(seed);
      connectOver(
          150 + 20 * seed,
          () -> {
            Random random = new Random(seeds.nextLong());
            return (datagram, deliver) -> {
              if (random.nextInt(3) != 0) {
                deliver.accept(datagram);
              }
            };
          });
    }
  }

  @Test
  void everyDatagramTwice() throws Exception {
    connectOver(
        300,
        () ->
            (datagram, deliver) -> {
              deliver.accept(datagram);
              deliver.accept(datagram);
            });
  }

  @Test
  void neighboursSwapped() throws Exception {
    connectOver(300, DtlsLossTest::swapNeighbours);
  }

  @Test
  void everyRecordInADatagramOfItsOwnInReverse() throws Exception {
    connectOver(
        1200,
        () ->
            (datagram, deliver) -> {
              List<byte[]> records = records(datagram);
              Collections.reverse(records);
              records.forEach(deliver);
            });
  }

  @Test
  void whatRecordOfAFlightIsLostAloneDoesNotMatter() throws Exception {
    // Among them the ones that leave ChangeCipherSpec without CertificateVerify before it.
    for (int lost = 0; lost < 12; lost++) {
      int number = lost;
      connectOver(
          1200,
          () ->
              new DtlsWire.Link() {
                private int seen;

                @Override
                public void carry(byte[] datagram, Consumer<byte[]> deliver) {
                  for (byte[] record : records(datagram)) {
                    if (seen++ != number) {
                      deliver.accept(record);
                    }
                  }
                }
              });
    }
  }

  @Test
  void garbageBeforeAndBetween() throws Exception {
    Random random = new Random(1);
    connectOver(
        600,
        () ->
            (datagram, deliver) -> {
              byte[] noise = new byte[random.nextInt(200)];
              random.nextBytes(noise);
              deliver.accept(noise);
              byte[] damaged = datagram.clone();
              damaged[1 + random.nextInt(2)] ^= 1; // the version, so that nobody can take it for a handshake message
              deliver.accept(damaged);
              byte[] truncated = Arrays.copyOf(datagram, random.nextInt(datagram.length));
              deliver.accept(truncated);
              deliver.accept(datagram);
            });
  }

  @Test
  void allOfItAtOnce() throws Exception {
    for (int seed = 0; seed < 8; seed++) {
      Random seeds = new Random(seed);
      connectOver(
          200 + 100 * seed,
          () -> {
            Random random = new Random(seeds.nextLong());
            DtlsWire.Link swap = swapNeighbours();
            return (datagram, deliver) -> {
              int fate = random.nextInt(10);
              if (fate >= 2) {
                swap.carry(datagram, deliver);
              }
              if (fate >= 8) {
                deliver.accept(datagram);
              }
            };
          });
    }
  }

  @Test
  void aLostLastFlightIsSentAgainByTheConnectedServer() throws Exception {
    try (DtlsWire wire = new DtlsWire()) {
      int[] sent = {0};
      wire.server.link =
          (datagram, deliver) -> {
            if (++sent[0] < 2 || sent[0] > 4) {
              deliver.accept(datagram);
            }
          };
      wire.connect();
      assertThat(sent[0]).isEqualTo(5);
    }
  }

  private static void connectOver(int mtu, Supplier<DtlsWire.Link> links) throws Exception {
    try (DtlsWire wire = new DtlsWire()) {
      wire.client.mtu = mtu;
      wire.server.mtu = mtu;
      wire.client.link = links.get();
      wire.server.link = links.get();
      wire.connect();
      assertThat(wire.client.connected.get().localKey()).isEqualTo(wire.server.connected.get().remoteKey());
      assertThat(wire.client.failed).isNotDone();
      assertThat(wire.server.failed).isNotDone();
    }
  }

  private static DtlsWire.Link swapNeighbours() {
    byte[][] held = {null};
    return (datagram, deliver) -> {
      if (held[0] == null) {
        held[0] = datagram;
      } else {
        deliver.accept(datagram);
        deliver.accept(held[0]);
        held[0] = null;
      }
    };
  }

  private static List<byte[]> records(byte[] datagram) {
    List<byte[]> records = new ArrayList<>();
    for (int at = 0; at < datagram.length; ) {
      int end = at + DtlsRecords.HEADER_LENGTH + ((datagram[at + 11] & 0xFF) << 8 | datagram[at + 12] & 0xFF);
      records.add(Arrays.copyOfRange(datagram, at, end));
      at = end;
    }
    return records;
  }
}
