package sfu.protocol.stun;

/** Attribute types (RFC 8489, 18.3; RFC 8445, 16.1). Types from 0x8000 on may be ignored by who does not know them. */
final class StunAttribute {
  static final int USERNAME = 0x0006;
  static final int MESSAGE_INTEGRITY = 0x0008;
  static final int ERROR_CODE = 0x0009;
  static final int UNKNOWN_ATTRIBUTES = 0x000A;
  static final int XOR_MAPPED_ADDRESS = 0x0020;
  static final int PRIORITY = 0x0024;
  static final int USE_CANDIDATE = 0x0025;
  static final int FINGERPRINT = 0x8028;
  static final int ICE_CONTROLLED = 0x8029;
  static final int ICE_CONTROLLING = 0x802A;

  private static final int MAPPED_ADDRESS = 0x0001;
  private static final int MESSAGE_INTEGRITY_SHA256 = 0x001C;
  private static final int COMPREHENSION_OPTIONAL = 0x8000;

  private StunAttribute() {}

  /**
   * Whether a request with this attribute, which no reader here stores, must be answered with 420 (RFC 8489, 6.3.1).
   */
  static boolean mustBeUnderstood(int type) {
    return type < COMPREHENSION_OPTIONAL
        && type != MAPPED_ADDRESS
        && type != UNKNOWN_ATTRIBUTES
        && type != MESSAGE_INTEGRITY_SHA256;
  }
}
