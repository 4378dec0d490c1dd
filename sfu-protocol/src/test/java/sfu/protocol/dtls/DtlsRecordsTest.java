package sfu.protocol.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class DtlsRecordsTest {
  private static final int CCS = 20;
  private static final int ALERT = 21;
  private static final int HANDSHAKE = 22;
  private static final int CERTIFICATE_VERIFY = 15;

  private final DtlsRecords records = new DtlsRecords(true);

  @Test
  void onlyWhatBeginsLikeDtlsLooksLikeIt() {
    assertThat(looksLike(20, 13)).isTrue();
    assertThat(looksLike(63, 13)).isTrue();
    assertThat(looksLike(22, 12)).isFalse();
    assertThat(looksLike(22, 0)).isFalse();
    assertThat(looksLike(19, 13)).isFalse();
    assertThat(looksLike(64, 13)).isFalse();
    assertThat(looksLike(200, 13)).isFalse();
  }

  @Test
  void wholeRecordsPassAndTheDamagedRestDoesNot() {
    byte[] good = record(HANDSHAKE, 0, message(1, 10, 0, 10));
    assertThat(records.admit(good)).isEqualTo(good.length);
    assertThat(records.admit(concat(good, good))).isEqualTo(2 * good.length);
    assertThat(records.admit(concat(good, new byte[] {22, 1}))).isEqualTo(good.length);
    assertThat(records.admit(concat(good, record(99, 0, new byte[3])))).isEqualTo(good.length);
    assertThat(records.admit(concat(new byte[] {22}, good))).isZero();
    assertThat(records.admit(new byte[0])).isZero();
  }

  @Test
  void aHandshakeMessageThatClaimsMegabytesIsDropped() {
    assertThat(records.admit(record(HANDSHAKE, 0, message(1, 0xFFFFFF, 0, 10)))).isZero();
    assertThat(records.admit(record(HANDSHAKE, 0, message(1, DtlsRecords.MAX_MESSAGE_LENGTH + 1, 0, 10)))).isZero();
    assertThat(records.admit(record(HANDSHAKE, 0, message(1, DtlsRecords.MAX_MESSAGE_LENGTH, 0, 10)))).isPositive();
  }

  @Test
  void aFragmentBeyondItsMessageIsDropped() {
    assertThat(records.admit(record(HANDSHAKE, 0, message(1, 10, 5, 6)))).isZero();
    assertThat(records.admit(record(HANDSHAKE, 0, new byte[11]))).isZero();
  }

  @Test
  void aPlaintextAlertIsReportedButDoesNotPass() {
    assertThat(records.admit(record(ALERT, 0, new byte[] {2, 40}))).isZero();
    assertThat(records.alert()).isEqualTo(2 * 256 + 40);
    records.admit(record(HANDSHAKE, 0, message(1, 10, 0, 10)));
    assertThat(records.alert()).isEqualTo(DtlsRecords.NO_ALERT);
  }

  @Test
  void changeCipherSpecWaitsForTheWholeCertificateVerify() {
    byte[] changeCipherSpec = record(CCS, 0, new byte[] {1});
    byte[] first = record(HANDSHAKE, 0, message(CERTIFICATE_VERIFY, 20, 0, 12));
    byte[] second = record(HANDSHAKE, 0, message(CERTIFICATE_VERIFY, 20, 12, 8));

    assertThat(records.admit(changeCipherSpec)).isZero();
    assertThat(records.admit(concat(first, changeCipherSpec))).isEqualTo(first.length);
    assertThat(records.admit(concat(second, changeCipherSpec))).isEqualTo(second.length + changeCipherSpec.length);
    assertThat(records.admit(changeCipherSpec)).isPositive();
  }

  @Test
  void aClientWaitsForNoCertificateVerify() {
    assertThat(new DtlsRecords(false).admit(record(CCS, 0, new byte[] {1}))).isPositive();
  }

  @Property(tries = 500)
  void noBytesLeadToAnException(@ForAll @Size(max = 100) byte[] datagram) {
    assertThat(records.admit(datagram)).isBetween(0, datagram.length);
  }

  @Property(tries = 1000)
  void noDamageToARecordLeadsToAnException(
      @ForAll @IntRange(max = 60) int at,
      @ForAll byte value,
      @ForAll @IntRange(max = 60) int at2,
      @ForAll byte value2) {
    byte[] datagram = concat(record(HANDSHAKE, 0, message(1, 10, 0, 10)), record(ALERT, 1, new byte[30]));
    datagram[at] = value;
    datagram[at2] = value2;
    assertThat(records.admit(datagram)).isBetween(0, datagram.length);
  }

  private static boolean looksLike(int first, int length) {
    byte[] datagram = new byte[20];
    datagram[0] = (byte) first;
    return Dtls.looksLike(MemorySegment.ofArray(datagram), 0, length);
  }

  private static byte[] record(int type, int epoch, byte[] fragment) {
    byte[] header = new byte[DtlsRecords.HEADER_LENGTH];
    header[0] = (byte) type;
    header[1] = (byte) 0xFE;
    header[2] = (byte) 0xFD;
    header[4] = (byte) epoch;
    header[11] = (byte) (fragment.length >>> 8);
    header[12] = (byte) fragment.length;
    return concat(header, fragment);
  }

  private static byte[] message(int type, int length, int fragmentOffset, int fragmentLength) {
    byte[] message = new byte[12 + fragmentLength];
    message[0] = (byte) type;
    uint24(message, 1, length);
    uint24(message, 6, fragmentOffset);
    uint24(message, 9, fragmentLength);
    return message;
  }

  private static void uint24(byte[] bytes, int at, int value) {
    bytes[at] = (byte) (value >>> 16);
    bytes[at + 1] = (byte) (value >>> 8);
    bytes[at + 2] = (byte) value;
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
