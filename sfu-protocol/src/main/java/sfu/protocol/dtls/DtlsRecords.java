package sfu.protocol.dtls;

/**
 * Looks at the records of a datagram (RFC 6347, 4.1 and 4.2.2) before Bouncy Castle does, which trusts too much of
 * what nobody has authenticated yet: a plaintext alert ends its handshake, a handshake message's claimed length is
 * allocated at once (up to 16 MB each), and a ChangeCipherSpec that overtakes CertificateVerify makes it deaf to that
 * message for good. One object an endpoint, confined to its thread.
 */
final class DtlsRecords {
  static final int HEADER_LENGTH = 13;

  /** Longest handshake message taken, in bytes. A post-quantum ClientHello has 2 KB, an RSA certificate chain 4 KB. */
  static final int MAX_MESSAGE_LENGTH = 16 * 1024;

  /** No alert, from {@link #alert}. */
  static final int NO_ALERT = -1;

  private static final int CHANGE_CIPHER_SPEC = 20;
  private static final int ALERT = 21;
  private static final int HANDSHAKE = 22;
  private static final int APPLICATION_DATA = 23;
  private static final int DTLS_1_0 = 0xFEFF;
  private static final int DTLS_1_2 = 0xFEFD;
  private static final int MESSAGE_HEADER_LENGTH = 12;
  private static final int CERTIFICATE_VERIFY = 15;

  private final boolean awaitsCertificateVerify;
  private int verifyLength = -1;
  private int verifyReceived;
  private int alert = NO_ALERT;

  /** {@code awaitsCertificateVerify}: no ChangeCipherSpec passes before a whole CertificateVerify did. */
  DtlsRecords(boolean awaitsCertificateVerify) {
    this.awaitsCertificateVerify = awaitsCertificateVerify;
  }

  /**
   * How many bytes of the datagram, from its start, may be passed on; 0 for none. Stops at the first record that is
   * damaged, hostile or too early, as if it and the rest had been lost, and at a plaintext alert. Never throws.
   */
  int admit(byte[] datagram) {
    alert = NO_ALERT;
    int at = 0;
    while (datagram.length - at >= HEADER_LENGTH) {
      int fragment = at + HEADER_LENGTH;
      int length = uint16(datagram, at + 11);
      if (length == 0 || length > datagram.length - fragment || !admitRecord(datagram, at, fragment, length)) {
        return at;
      }
      at = fragment + length;
    }
    return at;
  }

  /**
   * The plaintext alert at which the last {@link #admit} stopped, level times 256 plus description, or {@link
   * #NO_ALERT}.
   */
  int alert() {
    return alert;
  }

  /** Length of the record that starts there, header included, in bytes; only of what {@link #admit} lets pass. */
  static int recordLength(byte[] datagram, int at) {
    return HEADER_LENGTH + uint16(datagram, at + 11);
  }

  private boolean admitRecord(byte[] datagram, int at, int fragment, int length) {
    int version = uint16(datagram, at + 1);
    if (version != DTLS_1_2 && version != DTLS_1_0) {
      return false;
    }
    boolean encrypted = uint16(datagram, at + 3) > 0;
    int type = datagram[at];
    return switch (type) {
      case CHANGE_CIPHER_SPEC -> encrypted || !awaitsCertificateVerify || verifyReceived == verifyLength;
      case ALERT -> {
        if (!encrypted && length == 2) {
          alert = uint16(datagram, fragment);
        }
        yield encrypted;
      }
      case HANDSHAKE -> encrypted || admitMessages(datagram, fragment, fragment + length);
      case APPLICATION_DATA -> encrypted;
      default -> false;
    };
  }

  private boolean admitMessages(byte[] datagram, int from, int end) {
    if (!messagesFit(datagram, from, end)) {
      return false;
    }
    for (int at = from; at < end; at = messageEnd(datagram, at)) {
      if (datagram[at] == CERTIFICATE_VERIFY) {
        verifyLength = uint24(datagram, at + 1);
        int fragmentOffset = uint24(datagram, at + 6);
        // Fragments out of order do not count; the peer sends the flight again until they are in order or in one.
        if (fragmentOffset <= verifyReceived) {
          verifyReceived = Math.max(verifyReceived, fragmentOffset + uint24(datagram, at + 9));
        }
      }
    }
    return true;
  }

  /** Whether a handshake record's text is whole fragments (RFC 6347, 4.2.2) of messages that are not too long. */
  static boolean messagesFit(byte[] bytes, int from, int end) {
    int at = from;
    while (at < end) {
      if (end - at < MESSAGE_HEADER_LENGTH || messageEnd(bytes, at) > end) {
        return false;
      }
      int length = uint24(bytes, at + 1);
      if (length > MAX_MESSAGE_LENGTH || uint24(bytes, at + 6) + uint24(bytes, at + 9) > length) {
        return false;
      }
      at = messageEnd(bytes, at);
    }
    return true;
  }

  private static int messageEnd(byte[] bytes, int at) {
    return at + MESSAGE_HEADER_LENGTH + uint24(bytes, at + 9);
  }

  private static int uint16(byte[] bytes, int at) {
    return (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
  }

  private static int uint24(byte[] bytes, int at) {
    return (bytes[at] & 0xFF) << 16 | uint16(bytes, at + 1);
  }
}
