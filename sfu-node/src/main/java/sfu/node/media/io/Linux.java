package sfu.node.media.io;

import java.nio.ByteOrder;
import java.util.Set;

/** Numbers and layouts of the Linux interface, the same on x86-64 and aarch64 but for {@code epoll_event}. */
public final class Linux {

  private static final String ARCHITECTURE = System.getProperty("os.arch");
  private static final boolean X86_64 = Set.of("amd64", "x86_64").contains(ARCHITECTURE);

  public static final int AF_INET = 2;
  public static final int AF_INET6 = 10;
  static final int SOCKADDR_IN_BYTES = 16;
  static final int SOCKADDR_IN6_BYTES = 28;
  static final int SOCK_STREAM = 1;
  public static final int SOCK_DGRAM = 2;
  public static final int SOCK_NONBLOCK_CLOEXEC = 0x800 | 0x80000;

  static final int SOL_IP = 0;
  static final int IP_PKTINFO = 8;
  public static final int SOL_SOCKET = 1;
  static final int SO_REUSEADDR = 2;
  static final int SO_SNDBUF = 7;
  public static final int SO_RCVBUF = 8;
  /** Like the former without the system's maximum, for who has CAP_NET_ADMIN. */
  static final int SO_SNDBUFFORCE = 32;
  public static final int SO_RCVBUFFORCE = 33;
  /** When the kernel got a datagram: a timespec of CLOCK_REALTIME, the only clock it offers for this. */
  public static final int SO_TIMESTAMPNS = 35;
  static final int SO_RXQ_OVFL = 40;
  static final int SOL_TCP = 6;
  static final int TCP_NODELAY = 1;
  static final int TCP_NOTSENT_LOWAT = 25;
  public static final int SOL_UDP = 17;
  static final int UDP_SEGMENT = 103;
  public static final int UDP_GRO = 104;
  static final int SOL_IPV6 = 41;
  static final int IPV6_V6ONLY = 26;
  static final int IPV6_RECVPKTINFO = 49;
  static final int IPV6_PKTINFO = 50;

  static final int MSG_DONTWAIT = 0x40;
  static final int MSG_NOSIGNAL = 0x4000;

  public static final int EPOLL_CTL_ADD = 1;
  static final int EPOLL_CTL_MOD = 3;
  public static final int EPOLLIN = 1;
  static final int EPOLLOUT = 4;
  static final int PROT_READ_WRITE = 1 | 2;
  static final int MAP_PRIVATE_ANONYMOUS = 0x02 | 0x20;
  public static final int CLOEXEC = 0x80000;
  public static final int NONBLOCK = 0x800;

  /** x86-64 packs this structure so that 32-bit programs share it. */
  public static final int EPOLL_EVENT_BYTES = X86_64 ? 12 : 16;
  public static final int EPOLL_DATA_OFFSET = X86_64 ? 4 : 8;

  public static final int MMSGHDR_BYTES = 64;
  static final int NAME_OFFSET = 0;
  static final int NAME_LENGTH_OFFSET = 8;
  public static final int IOV_OFFSET = 16;
  public static final int IOV_COUNT_OFFSET = 24;
  public static final int CONTROL_OFFSET = 32;
  public static final int CONTROL_LENGTH_OFFSET = 40;
  public static final int MESSAGE_LENGTH_OFFSET = 56;

  public static final int IOVEC_BYTES = 16;
  public static final int IOVEC_LENGTH_OFFSET = 8;

  public static final int CMSG_LEVEL_OFFSET = 8;
  public static final int CMSG_TYPE_OFFSET = 12;
  public static final int CMSG_DATA_OFFSET = 16;
  public static final int CMSG_ALIGNMENT = 8;

  static final int CLOCK_REALTIME = 0;

  static final int EPERM = 1;
  public static final int EINTR = 4;
  static final int EIO = 5;
  public static final int EAGAIN = 11;
  static final int ENOMEM = 12;
  static final int EACCES = 13;
  static final int EINVAL = 22;
  static final int ENOSYS = 38;
  public static final int ENFILE = 23;
  public static final int EMFILE = 24;
  static final int EMSGSIZE = 90;
  static final int EADDRINUSE = 98;
  static final int ENETDOWN = 100;
  static final int ENETUNREACH = 101;
  static final int ENOBUFS = 105;
  static final int ECONNREFUSED = 111;
  static final int EHOSTDOWN = 112;
  static final int EHOSTUNREACH = 113;

  private Linux() {}

  /** Whether this is a Linux whose numbers these are. */
  public static boolean here() {
    return System.getProperty("os.name").equals("Linux")
        && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
        && (X86_64 || ARCHITECTURE.equals("aarch64"));
  }
}
