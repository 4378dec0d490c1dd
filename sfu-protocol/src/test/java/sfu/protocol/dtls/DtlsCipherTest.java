package sfu.protocol.dtls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsNullNullCipher;
import org.junit.jupiter.api.Test;

class DtlsCipherTest {

  @Test
  void anEncryptedMessageThatClaimsMegabytesCountsAsBadMac() throws Exception {
    byte[] finished = new byte[24];
    finished[0] = 20;
    finished[3] = 12;
    finished[11] = 12;
    assertThat(decode(finished)).isEqualTo(24);

    finished[1] = (byte) 0xFF;
    assertThatThrownBy(() -> decode(finished))
        .isInstanceOfSatisfying(
            TlsFatalAlert.class, e -> assertThat(e.getAlertDescription()).isEqualTo(AlertDescription.bad_record_mac));
  }

  private static int decode(byte[] text) throws Exception {
    return new DtlsCipher(TlsNullNullCipher.INSTANCE)
        .decodeCiphertext(0, ContentType.handshake, ProtocolVersion.DTLSv12, text, 0, text.length)
        .len;
  }
}
