package sfu.protocol.srtp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The functions of OpenSSL's libcrypto 3 that SRTP needs, by the names of its manual.
 *
 * <p>Pointers are plain longs: a {@code MemorySegment} argument would need a slice, thus garbage, for every offset into
 * a packet. So nothing but {@link #address} guards the bounds. The calls are critical (no thread state transition, no
 * safepoint meanwhile), which is right for calls below a microsecond.
 */
final class Libcrypto {
  /** Size of SHA_CTX: five words of state, two of length, sixteen of data and their count. */
  static final int SHA1_STATE_LENGTH = 24 * Integer.BYTES;

  private static final List<String> LIBRARY_NAMES =
      List.of("libcrypto.so.3", "libcrypto.3.dylib", "libcrypto-3-x64.dll", "libcrypto-3-arm64.dll");
  private static final List<String> PROBLEMS = new ArrayList<>();
  private static final SymbolLookup LIBRARY = load();
  private static final Linker.Option[] CRITICAL = {Linker.Option.critical(false)};
  private static final Linker.Option[] ORDINARY = {};

  private static final MethodHandle EVP_AES_128_GCM = bind("EVP_aes_128_gcm", ORDINARY, JAVA_LONG);
  private static final MethodHandle EVP_AES_256_GCM = bind("EVP_aes_256_gcm", ORDINARY, JAVA_LONG);
  private static final MethodHandle EVP_AES_128_CTR = bind("EVP_aes_128_ctr", ORDINARY, JAVA_LONG);
  private static final MethodHandle EVP_CIPHER_CTX_NEW = bind("EVP_CIPHER_CTX_new", ORDINARY, JAVA_LONG);
  private static final MethodHandle EVP_CIPHER_CTX_FREE =
      bind("EVP_CIPHER_CTX_free", FunctionDescriptor.ofVoid(JAVA_LONG));
  private static final MethodHandle EVP_CIPHER_CTX_GET_PARAMS =
      bind("EVP_CIPHER_CTX_get_params", CRITICAL, JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle EVP_CIPHER_CTX_SET_PARAMS =
      bind("EVP_CIPHER_CTX_set_params", CRITICAL, JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle EVP_CIPHER_INIT =
      bind("EVP_CipherInit_ex", CRITICAL, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final MethodHandle EVP_CIPHER_UPDATE =
      bind("EVP_CipherUpdate", CRITICAL, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final MethodHandle EVP_CIPHER_FINAL =
      bind("EVP_CipherFinal_ex", CRITICAL, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle SHA1_INIT = bind("SHA1_Init", CRITICAL, JAVA_INT, JAVA_LONG);
  private static final MethodHandle SHA1_UPDATE =
      bind("SHA1_Update", CRITICAL, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle SHA1_FINAL = bind("SHA1_Final", CRITICAL, JAVA_INT, JAVA_LONG, JAVA_LONG);

  /** Why libcrypto cannot be used here, or null if it can. */
  static final String UNAVAILABLE = PROBLEMS.isEmpty() ? null : "No libcrypto 3: " + String.join("; ", PROBLEMS);

  private Libcrypto() {}

  /** The address of a range that lies inside an off-heap segment. */
  static long address(MemorySegment segment, long offset, int length) {
    Objects.checkFromIndexSize(offset, length, segment.byteSize());
    if (!segment.isNative()) {
      throw new IllegalArgumentException("libcrypto works off-heap; for arrays take SrtpCrypto.jdk()");
    }
    return segment.address() + offset;
  }

  /** A context for AES-GCM with a key of 128 or 256 bits; only the vector is left to set. */
  static long newGcm(byte[] key, boolean encrypt) {
    return newCipher(key.length == 32 ? EVP_AES_256_GCM : EVP_AES_128_GCM, key, encrypt);
  }

  /** A context for AES in counter mode with a key of 128 bits; only the vector is left to set. */
  static long newCtr(byte[] key) {
    return newCipher(EVP_AES_128_CTR, key, true);
  }

  private static long newCipher(MethodHandle algorithm, byte[] key, boolean encrypt) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment nativeKey = arena.allocateFrom(JAVA_BYTE, key);
      long context = (long) EVP_CIPHER_CTX_NEW.invokeExact();
      long type = (long) algorithm.invokeExact();
      boolean ready = context != 0
          && (int) EVP_CIPHER_INIT.invokeExact(context, type, 0L, nativeKey.address(), 0L, encrypt ? 1 : 0) == 1;
      nativeKey.fill((byte) 0);
      if (!ready) {
        freeCipher(context);
        throw new IllegalStateException("libcrypto cannot make an AES context; is it out of memory, or restricted?");
      }
      return context;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static void freeCipher(long context) {
    try {
      EVP_CIPHER_CTX_FREE.invokeExact(context);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Sets the vector of the next message; key and direction stay. 1 is success, here and below. */
  static int setIv(long context, long iv) {
    try {
      return (int) EVP_CIPHER_INIT.invokeExact(context, 0L, 0L, 0L, iv, -1);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Additional data if {@code out} is 0. {@code written}: where an int goes that nobody reads. */
  static int update(long context, long out, long written, long in, int length) {
    try {
      return (int) EVP_CIPHER_UPDATE.invokeExact(context, out, written, in, length);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int finish(long context, long out, long written) {
    try {
      return (int) EVP_CIPHER_FINAL.invokeExact(context, out, written);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** {@code parameters}: an array of OSSL_PARAM. */
  static int getParameters(long context, long parameters) {
    try {
      return (int) EVP_CIPHER_CTX_GET_PARAMS.invokeExact(context, parameters);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** {@code parameters}: an array of OSSL_PARAM. */
  static int setParameters(long context, long parameters) {
    try {
      return (int) EVP_CIPHER_CTX_SET_PARAMS.invokeExact(context, parameters);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int sha1Init(long state) {
    try {
      return (int) SHA1_INIT.invokeExact(state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int sha1Update(long state, long in, long length) {
    try {
      return (int) SHA1_UPDATE.invokeExact(state, in, length);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int sha1Final(long digest, long state) {
    try {
      return (int) SHA1_FINAL.invokeExact(digest, state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** A method handle declares Throwable; a native call throws none. */
  private static RuntimeException unexpected(Throwable e) {
    if (e instanceof RuntimeException runtime) {
      return runtime;
    }
    if (e instanceof Error error) {
      throw error;
    }
    return new IllegalStateException(e);
  }

  @SuppressWarnings("restricted")
  private static SymbolLookup load() {
    List<String> missing = new ArrayList<>();
    for (String name : LIBRARY_NAMES) {
      try {
        Linker.nativeLinker();
        return SymbolLookup.libraryLookup(name, Arena.global());
      } catch (IllegalArgumentException e) {
        missing.add(name + " is not found");
      } catch (IllegalCallerException | UnsupportedOperationException e) {
        missing.add("native calls are not allowed: " + e.getMessage());
        break;
      }
    }
    PROBLEMS.addAll(missing);
    return null;
  }

  private static MethodHandle bind(String function, Linker.Option[] options, MemoryLayout result,
      MemoryLayout... arguments) {
    return bind(function, FunctionDescriptor.of(result, arguments), options);
  }

  /** Null if the library lacks the function; then {@link #UNAVAILABLE} says so and nobody calls it. */
  @SuppressWarnings("restricted")
  private static MethodHandle bind(String function, FunctionDescriptor descriptor, Linker.Option... options) {
    if (LIBRARY == null) {
      return null;
    }
    Optional<MemorySegment> symbol = LIBRARY.find(function);
    if (symbol.isEmpty()) {
      PROBLEMS.add(function + " is missing");
      return null;
    }
    return Linker.nativeLinker().downcallHandle(symbol.get(), descriptor, options);
  }
}
