package sfu.protocol.dtls;

import java.io.IOException;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsDecodeResult;
import org.bouncycastle.tls.crypto.TlsEncodeResult;

/**
 * A record cipher that calls every record it cannot accept one with a bad MAC, which is the one thing that Bouncy
 * Castle discards without ending the association (RFC 6347, 4.1.2.7): too short ones, which anybody can forge, and
 * handshake messages from the peer itself that claim megabytes.
 */
final class DtlsCipher implements TlsCipher {
  private final TlsCipher cipher;

  DtlsCipher(TlsCipher cipher) {
    this.cipher = cipher;
  }

  @Override
  public TlsDecodeResult decodeCiphertext(
      long sequence, short type, ProtocolVersion version, byte[] ciphertext, int offset, int length)
      throws IOException {
    TlsDecodeResult plain;
    try {
      plain = cipher.decodeCiphertext(sequence, type, version, ciphertext, offset, length);
    } catch (TlsFatalAlert e) {
      throw new TlsFatalAlert(AlertDescription.bad_record_mac, e);
    }
    if (plain.contentType == ContentType.handshake
        && !DtlsRecords.messagesFit(plain.buf, plain.off, plain.off + plain.len)) {
      throw new TlsFatalAlert(AlertDescription.bad_record_mac);
    }
    return plain;
  }

  @Override
  public TlsEncodeResult encodePlaintext(
      long sequence, short type, ProtocolVersion version, int headerAllocation, byte[] plain, int offset, int length)
      throws IOException {
    return cipher.encodePlaintext(sequence, type, version, headerAllocation, plain, offset, length);
  }

  @Override
  public int getCiphertextDecodeLimit(int plaintextLimit) {
    return cipher.getCiphertextDecodeLimit(plaintextLimit);
  }

  @Override
  public int getCiphertextEncodeLimit(int plaintextLimit) {
    return cipher.getCiphertextEncodeLimit(plaintextLimit);
  }

  @Override
  public int getPlaintextDecodeLimit(int ciphertextLimit) {
    return cipher.getPlaintextDecodeLimit(ciphertextLimit);
  }

  @Override
  public int getPlaintextEncodeLimit(int ciphertextLimit) {
    return cipher.getPlaintextEncodeLimit(ciphertextLimit);
  }

  @Override
  public void rekeyDecoder() throws IOException {
    cipher.rekeyDecoder();
  }

  @Override
  public void rekeyEncoder() throws IOException {
    cipher.rekeyEncoder();
  }

  @Override
  public boolean usesOpaqueRecordTypeDecode() {
    return cipher.usesOpaqueRecordTypeDecode();
  }

  @Override
  public boolean usesOpaqueRecordTypeEncode() {
    return cipher.usesOpaqueRecordTypeEncode();
  }
}
