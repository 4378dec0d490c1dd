package sfu.node.media.io;

/** Which system interface carries a worker's packets. */
public enum IoKind {
  /** {@link #LINUX} where it works, else {@link #NIO}. */
  BEST,
  /** epoll, recvmmsg with UDP_GRO, sendmmsg with UDP_SEGMENT, by {@code java.lang.foreign}: x86-64 and aarch64. */
  LINUX,
  /** {@code java.nio.channels}: anywhere. */
  NIO
}
