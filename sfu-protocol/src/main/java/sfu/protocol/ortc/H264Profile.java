package sfu.protocol.ortc;

import java.util.Map;

/** The profiles that a profile-level-id can mean (RFC 6184, 8.1, table 5); several texts mean the same one. */
enum H264Profile {
  CONSTRAINED_BASELINE,
  BASELINE,
  MAIN,
  CONSTRAINED_HIGH,
  HIGH,
  HIGH_444,
  UNKNOWN;

  /** What browsers take an absent profile-level-id for. */
  private static final String DEFAULT_PROFILE_LEVEL_ID = "42e01f";

  static H264Profile of(Map<String, Object> parameters) {
    String id = FormatParameters.textOf(parameters, "profile-level-id", DEFAULT_PROFILE_LEVEL_ID);
    if (!id.matches("[0-9a-fA-F]{6}")) {
      return UNKNOWN;
    }
    int value = Integer.parseInt(id, 16);
    return of(value >> 16, value >> 8 & 0xff);
  }

  /** From profile_idc and profile_iop, whose upper bits are the constraint_set flags 0 to 5. */
  private static H264Profile of(int idc, int iop) {
    return switch (idc) {
      case 0x42 -> matches(iop, "x1xx0000") ? CONSTRAINED_BASELINE : matches(iop, "x0xx0000") ? BASELINE : UNKNOWN;
      case 0x4d -> matches(iop, "1xxx0000") ? CONSTRAINED_BASELINE : matches(iop, "0x0x0000") ? MAIN : UNKNOWN;
      case 0x58 -> matches(iop, "11xx0000") ? CONSTRAINED_BASELINE : matches(iop, "10xx0000") ? BASELINE : UNKNOWN;
      case 0x64 -> matches(iop, "00000000") ? HIGH : matches(iop, "00001100") ? CONSTRAINED_HIGH : UNKNOWN;
      case 0xf4 -> matches(iop, "00000000") ? HIGH_444 : UNKNOWN;
      default -> UNKNOWN;
    };
  }

  private static boolean matches(int iop, String pattern) {
    for (int bit = 0; bit < 8; bit++) {
      char wanted = pattern.charAt(bit);
      if (wanted != 'x' && wanted - '0' != (iop >> 7 - bit & 1)) {
        return false;
      }
    }
    return true;
  }
}
