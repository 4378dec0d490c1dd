package sfu.node.media.io;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * The C library's socket calls, as the kernel has them: each returns its result or the negative of {@code errno}.
 * Pointers are plain addresses; who passes them keeps the memory. One instance a thread at a time.
 *
 * <p>Public, like {@link Linux} and {@link Sockaddr}, for load tests that have to cost less than the server they load.
 */
@SuppressWarnings("restricted")
public final class LinuxCalls {

  private static final Linker LINKER = Linker.nativeLinker();
  private static final SymbolLookup LIBC = LINKER.defaultLookup();
  private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
  private static final long ERRNO = CAPTURE.byteOffset(PathElement.groupElement("errno"));
  private static final Linker.Option WITH_ERRNO = Linker.Option.captureCallState("errno");

  private static final MethodHandle SOCKET = ints("socket", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle BIND = ints("bind", JAVA_INT, JAVA_LONG, JAVA_INT);
  private static final MethodHandle CONNECT = ints("connect", JAVA_INT, JAVA_LONG, JAVA_INT);
  private static final MethodHandle LISTEN = ints("listen", JAVA_INT, JAVA_INT);
  private static final MethodHandle ACCEPT4 = ints("accept4", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final MethodHandle SETSOCKOPT =
      ints("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
  private static final MethodHandle GETSOCKOPT =
      ints("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle EPOLL_CREATE1 = ints("epoll_create1", JAVA_INT);
  private static final MethodHandle EPOLL_CTL = ints("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final MethodHandle EPOLL_WAIT = ints("epoll_wait", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
  private static final MethodHandle EVENTFD = ints("eventfd", JAVA_INT, JAVA_INT);
  private static final MethodHandle CLOSE = ints("close", JAVA_INT);
  private static final MethodHandle RECVMMSG = ints("recvmmsg", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final MethodHandle SENDMMSG = ints("sendmmsg", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
  private static final MethodHandle RECV =
      handle("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
  private static final MethodHandle SEND =
      handle("send", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
  private static final MethodHandle READ =
      handle("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle WRITE =
      handle("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle MMAP = handle(
      "mmap", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
  private static final MethodHandle MUNMAP = ints("munmap", JAVA_LONG, JAVA_LONG);
  private static final MethodHandle CLOCK_GETTIME = ints("clock_gettime", JAVA_INT, JAVA_LONG);
  private static final MethodHandle STRERROR =
      LINKER.downcallHandle(find("strerror"), FunctionDescriptor.of(ADDRESS.withTargetLayout(
          MemoryLayout.sequenceLayout(256, java.lang.foreign.ValueLayout.JAVA_BYTE)), JAVA_INT));
  /** Null where the C library is older than glibc 2.35. */
  private static final MethodHandle EPOLL_PWAIT2 = LIBC.find("epoll_pwait2").isPresent()
      ? ints("epoll_pwait2", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG)
      : null;

  private static final long NANOS_A_MILLI = 1_000_000;
  private static final long NANOS_A_SECOND = 1_000_000_000;

  private final MemorySegment capture = Arena.ofAuto().allocate(CAPTURE);
  private final MemorySegment timespec = Arena.ofAuto().allocate(16, 8);
  private final MemorySegment cell = Arena.ofAuto().allocate(16, 8);
  private boolean nanosecondWait = EPOLL_PWAIT2 != null;

  private static MethodHandle ints(String name, MemoryLayout... arguments) {
    return handle(name, FunctionDescriptor.of(JAVA_INT, arguments));
  }

  private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(find(name), descriptor, WITH_ERRNO);
  }

  private static MemorySegment find(String name) {
    return LIBC.find(name).orElseThrow(() -> new UnsupportedOperationException("the C library has no " + name));
  }

  public int socket(int family, int type) {
    try {
      return result((int) SOCKET.invokeExact(capture, family, type, 0));
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  int bind(int fd, long address, int length) {
    try {
      return result((int) BIND.invokeExact(capture, fd, address, length));
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  public int connect(int fd, long address, int length) {
    try {
      return result((int) CONNECT.invokeExact(capture, fd, address, length));
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  int listen(int fd, int backlog) {
    try {
      return result((int) LISTEN.invokeExact(capture, fd, backlog));
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  int accept4(int fd, long address, long addressLength, int flags) {
    try {
      return result((int) ACCEPT4.invokeExact(capture, fd, address, addressLength, flags));
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  public int setOption(int fd, int level, int option, int value) {
    cell.set(JAVA_INT, 0, value);
    try {
      return result((int) SETSOCKOPT.invokeExact(capture, fd, level, option, cell.address(), Integer.BYTES));
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** The option's value, or the negative of errno: only for options that are never negative. */
  int option(int fd, int level, int option) {
    cell.set(JAVA_INT, 8, Integer.BYTES);
    try {
      int r = (int) GETSOCKOPT.invokeExact(capture, fd, level, option, cell.address(), cell.address() + 8);
      return r < 0 ? result(r) : cell.get(JAVA_INT, 0);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  public int epollCreate(int flags) {
    try {
      return result((int) EPOLL_CREATE1.invokeExact(capture, flags));
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  public int epollControl(int epoll, int operation, int fd, long event) {
    try {
      return result((int) EPOLL_CTL.invokeExact(capture, epoll, operation, fd, event));
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /**
   * Waits for events, to the nanosecond where the system can, else to the millisecond after; with
   * {@link Long#MAX_VALUE} for ever.
   */
  public int epollWait(int epoll, long events, int max, long timeoutNanos) {
    if (nanosecondWait && timeoutNanos > 0 && timeoutNanos < Long.MAX_VALUE) {
      timespec.set(JAVA_LONG, 0, timeoutNanos / NANOS_A_SECOND);
      timespec.set(JAVA_LONG, 8, timeoutNanos % NANOS_A_SECOND);
      int r = epollWait2(epoll, events, max, timespec.address());
      if (r != -Linux.ENOSYS) {
        return r;
      }
      // Linux before 5.11.
      nanosecondWait = false;
    }
    int millis;
    if (timeoutNanos == Long.MAX_VALUE) {
      millis = -1;
    } else if (timeoutNanos <= 0) {
      millis = 0;
    } else {
      millis = (int) Math.min((timeoutNanos - 1) / NANOS_A_MILLI + 1, Integer.MAX_VALUE);
    }
    try {
      return result((int) EPOLL_WAIT.invokeExact(capture, epoll, events, max, millis));
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** Whether {@link #epollWait} can wait for less than a millisecond, for all that is known. */
  public boolean waitsToTheNanosecond() {
    return nanosecondWait;
  }

  /** The clock that the kernel stamps datagrams with, in nanoseconds since 1970; it may jump. */
  public long realTimeNanos() {
    try {
      int r = (int) CLOCK_GETTIME.invokeExact(capture, Linux.CLOCK_REALTIME, cell.address());
      return r < 0 ? 0 : timespecNanos(cell, 0);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  public static long timespecNanos(MemorySegment segment, long offset) {
    return segment.get(JAVA_LONG, offset) * NANOS_A_SECOND + segment.get(JAVA_LONG, offset + 8);
  }

  private int epollWait2(int epoll, long events, int max, long timeout) {
    try {
      return result((int) EPOLL_PWAIT2.invokeExact(capture, epoll, events, max, timeout, 0L));
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  public int eventfd(int flags) {
    try {
      return result((int) EVENTFD.invokeExact(capture, 0, flags));
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  public int receiveMessages(int fd, long messages, int count) {
    try {
      return result((int) RECVMMSG.invokeExact(capture, fd, messages, count, Linux.MSG_DONTWAIT, 0L));
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  public int sendMessages(int fd, long messages, int count) {
    try {
      return result((int) SENDMMSG.invokeExact(capture, fd, messages, count, Linux.MSG_DONTWAIT));
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  int receive(int fd, long buffer, int length) {
    try {
      return result((int) (long) RECV.invokeExact(capture, fd, buffer, (long) length, Linux.MSG_DONTWAIT));
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  int send(int fd, long buffer, int length) {
    try {
      return result((int) (long) SEND.invokeExact(
          capture, fd, buffer, (long) length, Linux.MSG_DONTWAIT | Linux.MSG_NOSIGNAL));
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  public int read(int fd, long buffer, int length) {
    try {
      return result((int) (long) READ.invokeExact(capture, fd, buffer, (long) length));
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  public int write(int fd, long buffer, int length) {
    try {
      return result((int) (long) WRITE.invokeExact(capture, fd, buffer, (long) length));
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  public int close(int fd) {
    try {
      return result((int) CLOSE.invokeExact(capture, fd));
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /**
   * Zeroed memory of which only the pages that are used become real; an arena would write its zeros into all of them.
   * It goes when it is no longer reachable.
   */
  public MemorySegment map(long bytes) {
    long address;
    try {
      address = (long) MMAP.invokeExact(capture, 0L, bytes, Linux.PROT_READ_WRITE, Linux.MAP_PRIVATE_ANONYMOUS, -1, 0L);
    } catch (Throwable t) {
      throw unexpected(t);
    }
    if (address == -1) {
      throw new OutOfMemoryError("mmap of " + bytes + " bytes: " + message(capture.get(JAVA_INT, ERRNO)));
    }
    return MemorySegment.ofAddress(address).reinterpret(bytes, Arena.ofAuto(), LinuxCalls::unmap);
  }

  private static void unmap(MemorySegment mapped) {
    try {
      int ignored = (int) MUNMAP.invokeExact(Arena.ofAuto().allocate(CAPTURE), mapped.address(), mapped.byteSize());
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** The system's words for an error number. */
  public static String message(int errno) {
    try {
      return ((MemorySegment) STRERROR.invokeExact(errno)).getString(0);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  private int result(int returned) {
    return returned >= 0 ? returned : -capture.get(JAVA_INT, ERRNO);
  }

  /** A downcall throws nothing but what the JVM itself has to say. */
  private static RuntimeException unexpected(Throwable t) {
    if (t instanceof RuntimeException e) {
      return e;
    }
    if (t instanceof Error e) {
      throw e;
    }
    return new IllegalStateException(t);
  }
}
