package sfu.node.media.io;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Lets a thread run soon after it was woken, though others are busy on its core: asks Linux's scheduler for short slices
 * (sched_setattr(2); EEVDF, since 6.12), which needs no privilege and takes no share from anybody. A worker waits for
 * packets in between and is done in less than such a slice; compilers, collectors and handshakes are not.
 */
@SuppressWarnings("restricted")
public final class PromptThread {
  /** The least that the kernel gives. */
  private static final long SLICE_NANOS = 100_000;

  private static final int ATTRIBUTE_BYTES = 48;
  private static final int FLAGS_OFFSET = 8;
  private static final int RUNTIME_OFFSET = 24;
  private static final int SCHED_OTHER = 0;

  private PromptThread() {}

  /** Asks for the calling thread. Returns whether the system took it; elsewhere all stays as it is. */
  public static boolean ask() {
    int set = setAttributesNumber();
    if (set < 0) {
      return false;
    }
    try (Arena arena = Arena.ofConfined()) {
      Linker linker = Linker.nativeLinker();
      MethodHandle syscall =
          linker.downcallHandle(
              linker.defaultLookup().find("syscall").orElseThrow(),
              FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT),
              Linker.Option.firstVariadicArg(1));
      MemorySegment attributes = arena.allocate(ATTRIBUTE_BYTES, 8);
      // As it is now, niceness included; the numbers of both calls are neighbours.
      long read = (long) syscall.invokeExact(set + 1L, 0, attributes.address(), ATTRIBUTE_BYTES, 0);
      if (read < 0 || attributes.get(JAVA_INT, Integer.BYTES) != SCHED_OTHER) {
        return false;
      }
      attributes.set(JAVA_INT, 0, ATTRIBUTE_BYTES);
      attributes.set(JAVA_LONG, FLAGS_OFFSET, 0);
      attributes.set(JAVA_LONG, RUNTIME_OFFSET, SLICE_NANOS);
      return (long) syscall.invokeExact((long) set, 0, attributes.address(), 0, 0) == 0;
    } catch (Throwable t) {
      return false;
    }
  }

  /** Of sched_setattr; -1 where it isn't known. */
  private static int setAttributesNumber() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return -1;
    }
    return switch (System.getProperty("os.arch")) {
      case "amd64" -> 314;
      case "aarch64" -> 274;
      default -> -1;
    };
  }
}
