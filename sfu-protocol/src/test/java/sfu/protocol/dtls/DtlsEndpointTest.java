package sfu.protocol.dtls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.tls.AlertDescription;
import org.junit.jupiter.api.Test;
import sfu.protocol.ortc.DtlsFingerprint;
import sfu.protocol.srtp.SrtpProfile;

class DtlsEndpointTest {

  @Test
  void bothRolesEndWithTheSameKeysCrossed() throws Exception {
    try (DtlsWire wire = new DtlsWire().connect()) {
      SrtpKeys client = wire.client.connected.get();
      SrtpKeys server = wire.server.connected.get();

      assertThat(client.profile()).isEqualTo(SrtpProfile.AEAD_AES_256_GCM).isEqualTo(server.profile());
      assertThat(client.localKey()).isEqualTo(server.remoteKey()).hasSize(32).isNotEqualTo(server.localKey());
      assertThat(client.localSalt()).isEqualTo(server.remoteSalt()).hasSize(12).isNotEqualTo(server.localSalt());
      assertThat(client.remoteKey()).isEqualTo(server.localKey());
      assertThat(client.remoteSalt()).isEqualTo(server.localSalt());
      assertThat(client.toString()).doesNotContain("[B").contains("AEAD_AES_256_GCM");
    }
  }

  @Test
  void theServersFirstProfileThatTheClientOffersIsChosen() throws Exception {
    try (DtlsWire wire = new DtlsWire()) {
      wire.client.profiles = List.of(SrtpProfile.AES_CM_128_HMAC_SHA1_80, SrtpProfile.AEAD_AES_128_GCM);
      wire.connect();

      assertThat(wire.server.connected.get().profile()).isEqualTo(SrtpProfile.AEAD_AES_128_GCM);
      assertThat(wire.client.connected.get().profile()).isEqualTo(SrtpProfile.AEAD_AES_128_GCM);
    }
  }

  @Test
  void theOldestProfileGivesKeysOfItsLength() throws Exception {
    try (DtlsWire wire = new DtlsWire()) {
      wire.client.profiles = List.of(SrtpProfile.AES_CM_128_HMAC_SHA1_80);
      wire.connect();

      assertThat(wire.server.connected.get().localKey()).hasSize(16);
      assertThat(wire.server.connected.get().localSalt()).hasSize(14);
    }
  }

  @Test
  void withoutACommonProfileBothFail() throws Exception {
    try (DtlsWire wire = new DtlsWire()) {
      wire.client.profiles = List.of(SrtpProfile.AES_CM_128_HMAC_SHA1_80);
      wire.server.profiles = List.of(SrtpProfile.AEAD_AES_128_GCM);
      wire.start();

      assertThat(DtlsWire.await(wire.server.failed)).isEqualTo("no common SRTP profile");
      assertThat(DtlsWire.await(wire.client.failed)).isEqualTo("the peer sent alert handshake_failure(40)");
    }
  }

  @Test
  void aServerRefusesAClientWithAnotherCertificate() throws Exception {
    try (DtlsWire wire = new DtlsWire()) {
      wire.server.remote = List.of(DtlsWire.SERVER_CERTIFICATE.fingerprint("sha-256"));
      wire.start();

      assertThat(DtlsWire.await(wire.server.failed))
          .isEqualTo("the peer's certificate fits none of the announced fingerprints");
      assertThat(DtlsWire.await(wire.client.failed)).isEqualTo("the peer sent alert bad_certificate(42)");
      assertThat(wire.server.connected).isNotDone();
      assertThat(wire.client.connected).isNotDone();
    }
  }

  @Test
  void aClientRefusesAServerWithAnotherCertificate() throws Exception {
    try (DtlsWire wire = new DtlsWire()) {
      wire.client.remote = List.of(new DtlsFingerprint("sha-256", "00:11"), new DtlsFingerprint("md5", "22"));
      wire.start();

      assertThat(DtlsWire.await(wire.client.failed))
          .isEqualTo("the peer's certificate fits none of the announced fingerprints");
      assertThat(DtlsWire.await(wire.server.failed)).isEqualTo("the peer sent alert bad_certificate(42)");
    }
  }

  @Test
  void withoutAnyFingerprintNobodyIsTrusted() throws Exception {
    try (DtlsWire wire = new DtlsWire()) {
      wire.client.remote = List.of();
      wire.start();
      assertThat(DtlsWire.await(wire.client.failed)).contains("fingerprints");
    }
  }

  @Test
  void oneFittingFingerprintOfSeveralIsEnoughWhateverItsAlgorithmAndCase() throws Exception {
    for (String algorithm : List.of("sha-1", "SHA-224", "sha-256", "sha-384", "sha-512")) {
      DtlsFingerprint fits = DtlsWire.SERVER_CERTIFICATE.fingerprint(algorithm);
      try (DtlsWire wire = new DtlsWire()) {
        wire.client.remote =
            List.of(
                new DtlsFingerprint("sha-3", "00"),
                new DtlsFingerprint(algorithm, "FF:00"),
                new DtlsFingerprint(algorithm, fits.value().toLowerCase(Locale.ROOT)));
        wire.connect();
      }
    }
  }

  @Test
  void aFlightTravelsInFewDatagrams() throws Exception {
    try (DtlsWire wire = new DtlsWire()) {
      List<Integer> fromServer = new ArrayList<>();
      wire.server.link =
          (datagram, deliver) -> {
            fromServer.add(datagram.length);
            deliver.accept(datagram);
          };
      wire.connect();
      assertThat(fromServer).hasSize(2);
    }
  }

  @Test
  void aClientHelloInManyFragmentsIsUnderstood() throws Exception {
    try (DtlsWire wire = new DtlsWire()) {
      wire.client.mtu = 90;
      List<Integer> fromClient = new ArrayList<>();
      wire.client.link =
          (datagram, deliver) -> {
            fromClient.add(datagram.length);
            deliver.accept(datagram);
          };
      wire.connect();
      assertThat(fromClient).hasSizeGreaterThan(10);
    }
  }

  @Test
  void goodbyeOfTheClientIsHeardByTheServer() throws Exception {
    try (DtlsWire wire = new DtlsWire().connect()) {
      wire.client.endpoint.close();
      assertThat(DtlsWire.await(wire.server.closed)).isTrue();
      assertThat(wire.awaitThreads()).isTrue();
      assertThat(wire.client.closed).isNotDone();
    }
  }

  @Test
  void goodbyeOfTheServerIsHeardByTheClient() throws Exception {
    try (DtlsWire wire = new DtlsWire().connect()) {
      wire.server.endpoint.close();
      assertThat(DtlsWire.await(wire.client.closed)).isTrue();
      assertThat(wire.awaitThreads()).isTrue();
      assertThat(wire.server.closed).isNotDone();
    }
  }

  @Test
  void closingDuringTheHandshakeEndsTheThreadWithoutACallback() throws Exception {
    DtlsWire wire = new DtlsWire();
    wire.client.link = (datagram, deliver) -> {};
    wire.start();
    wire.close();
    assertThat(wire.client.failed).isNotDone();
    assertThat(wire.server.failed).isNotDone();
    assertThat(wire.client.closed).isNotDone();
  }

  @Test
  void silenceEndsTheHandshake() throws Exception {
    try (DtlsWire wire = new DtlsWire()) {
      wire.timings = new DtlsTimings(10, 100, 50);
      wire.client.link = (datagram, deliver) -> {};
      wire.start();
      assertThat(DtlsWire.await(wire.client.failed)).isEqualTo("the peer sent nothing usable for 50 ms");
      assertThat(DtlsWire.await(wire.server.failed)).isEqualTo("the peer sent nothing usable for 50 ms");
      assertThat(wire.awaitThreads()).isTrue();
    }
  }

  @Test
  void forgedAlertsDoNotEndTheHandshake() throws Exception {
    try (DtlsWire wire = new DtlsWire()) {
      DtlsWire.Link forging =
          (datagram, deliver) -> {
            deliver.accept(alert(2, AlertDescription.handshake_failure));
            deliver.accept(alert(1, AlertDescription.close_notify));
            deliver.accept(datagram);
          };
      wire.client.link = forging;
      wire.server.link = forging;
      wire.connect();
    }
  }

  @Test
  void forgedRecordsDoNotEndTheAssociation() throws Exception {
    try (DtlsWire wire = new DtlsWire().connect()) {
      wire.server.endpoint.receive(alert(2, AlertDescription.handshake_failure));
      wire.server.endpoint.receive(alert(1, AlertDescription.close_notify));
      for (int length : new int[] {0, 1, 7, 8, 15, 16, 17, 24, 25}) {
        for (int type = 20; type <= 25; type++) {
          byte[] record = new byte[DtlsRecords.HEADER_LENGTH + length];
          System.arraycopy(new byte[] {(byte) type, (byte) 0xFE, (byte) 0xFD, 0, 1, 0, 0, 0, 0, 1}, 0, record, 0, 10);
          record[12] = (byte) length;
          wire.server.endpoint.receive(record);
        }
      }
      wire.client.endpoint.close();
      assertThat(DtlsWire.await(wire.server.closed)).isTrue();
    }
  }

  @Test
  void aClientWithoutACertificateIsRefused() throws Exception {
    try (BareClient client = new BareClient()) {
      assertThatThrownBy(client::connect).isInstanceOf(IOException.class);
      assertThat(DtlsWire.await(client.refusal)).isEqualTo("the peer has no certificate");
    }
  }

  @Test
  void aFloodIsBoundedAndDoesNotBlock() throws Exception {
    try (DtlsWire wire = new DtlsWire()) {
      wire.client.link = (datagram, deliver) -> {};
      wire.start();
      for (int i = 0; i < 100_000; i++) {
        wire.server.endpoint.receive(new byte[1200]);
      }
      wire.server.endpoint.receive(new byte[100_000]);
    }
  }

  @Test
  void aFingerprintIsUpperCaseHexInPairs() {
    DtlsFingerprint fingerprint = DtlsWire.CLIENT_CERTIFICATE.fingerprint("sha-256");
    assertThat(fingerprint.algorithm()).isEqualTo("sha-256");
    assertThat(fingerprint.value()).matches("([0-9A-F]{2}:){31}[0-9A-F]{2}");
    assertThat(fingerprint).isNotEqualTo(DtlsWire.SERVER_CERTIFICATE.fingerprint("sha-256"));
  }

  private static byte[] alert(int level, int description) {
    byte[] record = new byte[15];
    System.arraycopy(new byte[] {21, (byte) 0xFE, (byte) 0xFD}, 0, record, 0, 3);
    record[10] = 77;
    record[12] = 2;
    record[13] = (byte) level;
    record[14] = (byte) description;
    return record;
  }
}
