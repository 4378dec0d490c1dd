package sfu.node.media.io;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How Linux schedules a thread of this process, by sched_getattr(2) and sched_setattr(2). Any thread; elsewhere than on
 * Linux nothing can be changed.
 */
@SuppressWarnings("restricted")
final class ThreadAttributes {

  private static final int BYTES = 48;
  private static final int POLICY_OFFSET = 4;
  private static final int FLAGS_OFFSET = 8;
  private static final int NICE_OFFSET = 16;
  private static final int RUNTIME_OFFSET = 24;
  private static final int SCHED_OTHER = 0;
  private static final long RESET_ON_FORK = 1;

  private static final long SET = setNumber();
  private static final long GET = SET + 1;
  private static final Optional<MethodHandle> SYSCALL = SET < 0 ? Optional.empty() : syscall();

  private final MemorySegment attributes;

  private ThreadAttributes(MemorySegment attributes) {
    this.attributes = attributes;
  }

  /**
   * Changes what {@code change} sets of a thread that is scheduled as usual (SCHED_OTHER), and leaves the rest as it is.
   *
   * @param id of the thread, by the kernel's count; 0 is the calling one
   * @return whether the system took it
   */
  static boolean change(int id, Consumer<ThreadAttributes> change) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = arena.allocate(BYTES, 8);
      if (!read(id, attributes) || attributes.get(JAVA_INT, POLICY_OFFSET) != SCHED_OTHER) {
        return false;
      }
      attributes.set(JAVA_INT, 0, BYTES);
      // Once set, to clear it takes a privilege.
      attributes.set(JAVA_LONG, FLAGS_OFFSET, attributes.get(JAVA_LONG, FLAGS_OFFSET) & RESET_ON_FORK);
      change.accept(new ThreadAttributes(attributes));
      return call(SET, id, attributes, 0) == 0;
    }
  }

  /** Of a thread, or 0 where it can't be told. */
  static int niceOf(int id) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = arena.allocate(BYTES, 8);
      return read(id, attributes) ? new ThreadAttributes(attributes).nice() : 0;
    }
  }

  private static boolean read(int id, MemorySegment attributes) {
    return call(GET, id, attributes, BYTES) >= 0;
  }

  private static long call(long number, int id, MemorySegment attributes, int size) {
    if (SYSCALL.isEmpty()) {
      return -1;
    }
    try {
      return (long) SYSCALL.get().invokeExact(number, id, attributes.address(), size, 0);
    } catch (Throwable e) {
      throw new AssertionError("a system call throws nothing", e);
    }
  }

  /** For how long it may run before others have their turn; the kernel gives 0.1 ms at least (EEVDF, since 6.12). */
  void sliceNanos(long nanos) {
    attributes.set(JAVA_LONG, RUNTIME_OFFSET, nanos);
  }

  /** Threads that it starts get neither its slice nor a niceness below zero. */
  void notInherited() {
    attributes.set(JAVA_LONG, FLAGS_OFFSET, RESET_ON_FORK);
  }

  /** From -20 to 19; each step less is a share larger by a quarter, which takes a privilege. */
  void nice(int nice) {
    attributes.set(JAVA_INT, NICE_OFFSET, nice);
  }

  int nice() {
    return attributes.get(JAVA_INT, NICE_OFFSET);
  }

  /** Empty too where this program may call nothing native. */
  private static Optional<MethodHandle> syscall() {
    FunctionDescriptor call = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
    try {
      Linker linker = Linker.nativeLinker();
      return linker
          .defaultLookup()
          .find("syscall")
          .map(address -> linker.downcallHandle(address, call, Linker.Option.firstVariadicArg(1)));
    } catch (IllegalCallerException _) {
      return Optional.empty();
    }
  }

  /** Of sched_setattr; -1 where it isn't known. */
  private static long setNumber() {
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
