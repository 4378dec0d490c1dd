package sfu.protocol.srtp;

import java.lang.foreign.Arena;

/** Makes senders and receivers over one provider of ciphers. Stateless; any thread. */
public final class SrtpCrypto {
  private static final SrtpCrypto JDK = new SrtpCrypto(new JdkProvider());

  private final CipherProvider provider;

  private SrtpCrypto(CipherProvider provider) {
    this.provider = provider;
  }

  /**
   * OpenSSL's libcrypto 3: allocates nothing per packet. Packets must lie off-heap.
   *
   * @throws UnsupportedOperationException with the reason, when it cannot be loaded here
   */
  public static SrtpCrypto openssl() {
    return new SrtpCrypto(LibcryptoProvider.load());
  }

  /** The ciphers of the JDK: on every platform, but about 1 KB of garbage a packet. */
  public static SrtpCrypto jdk() {
    return JDK;
  }

  /** libcrypto where it can be loaded, the JDK elsewhere. */
  public static SrtpCrypto best() {
    return LibcryptoProvider.unavailable() == null ? openssl() : jdk();
  }

  /** "libcrypto" or "jdk". */
  public String name() {
    return provider.name();
  }

  /** A sender for the calling thread. Close it: its contexts are native memory. */
  public SrtpSender sender(SrtpProfile profile, byte[] masterKey, byte[] masterSalt) {
    Arena arena = Arena.ofConfined();
    return new SrtpSender(arena, SrtpTransform.create(provider, arena, true, profile, masterKey, masterSalt));
  }

  /** A receiver for the calling thread. Close it: its contexts are native memory. */
  public SrtpReceiver receiver(SrtpProfile profile, byte[] masterKey, byte[] masterSalt) {
    return receiver(profile, masterKey, masterSalt, SrtpReceiver.MAX_STREAMS);
  }

  /** The same for a peer that sends up to {@code maxStreams} SSRCs of RTP, and as many of RTCP. */
  public SrtpReceiver receiver(SrtpProfile profile, byte[] masterKey, byte[] masterSalt, int maxStreams) {
    Arena arena = Arena.ofConfined();
    SrtpTransform transform = SrtpTransform.create(provider, arena, false, profile, masterKey, masterSalt);
    return new SrtpReceiver(arena, transform, maxStreams);
  }
}
