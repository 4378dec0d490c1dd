package sfu.protocol.ortc;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Scalability modes such as "L1T3" or "S2T1h" (W3C WebRTC-SVC, 5.2). */
final class ScalabilityMode {

  private static final Pattern MODE = Pattern.compile("[LS][1-9]T([1-9])(_KEY(_SHIFT)?|h)?");

  private ScalabilityMode() {}

  static boolean isValid(String mode) {
    return MODE.matcher(mode).matches();
  }

  /** How many temporal layers a mode has; 1 if there is none. */
  static int temporalLayers(String mode) {
    Matcher matcher = mode == null ? null : MODE.matcher(mode);
    return matcher != null && matcher.matches() ? Integer.parseInt(matcher.group(1)) : 1;
  }
}
