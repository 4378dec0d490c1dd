package sfu.node.media.io;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * IP addresses as two longs, the bytes of an IPv6 address in network order; IPv4 as v4-mapped IPv6 (RFC 4291, 2.5.5.2).
 * Both families compare, hash and travel the same way, and no packet needs an object for its sender.
 */
public final class Addresses {

  private static final long V4_MAPPED = 0x0000_ffff_0000_0000L;

  private Addresses() {}

  /** The first 64 bits; 0 for IPv4. */
  public static long hi(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length == 4 ? 0 : ByteBuffer.wrap(bytes).getLong(0);
  }

  /** The last 64 bits; {@code 0x0000ffff_aabbccdd} for IPv4. */
  public static long lo(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length == 4 ? mapped(ByteBuffer.wrap(bytes).getInt(0)) : ByteBuffer.wrap(bytes).getLong(8);
  }

  public static boolean isV4(long addressHi, long addressLo) {
    return addressHi == 0 && (addressLo & 0xffff_ffff_0000_0000L) == V4_MAPPED;
  }

  public static InetAddress toInetAddress(long addressHi, long addressLo) {
    try {
      // A v4-mapped address comes back as an Inet4Address.
      return InetAddress.getByAddress(ByteBuffer.allocate(16).putLong(addressHi).putLong(addressLo).array());
    } catch (UnknownHostException e) {
      throw new AssertionError("16 bytes are an address", e);
    }
  }

  /** The low half of an IPv4 address given in network order. */
  static long mapped(int v4) {
    return V4_MAPPED | Integer.toUnsignedLong(v4);
  }
}
