package sfu.node.media.io;

import java.lang.foreign.MemorySegment;

/** A TCP connection as a file descriptor in its worker's epoll set. */
final class LinuxTcpPath extends TcpPath {

  private final LinuxIo io;
  private final LinuxCalls calls;
  private final int fd;
  private final long token;
  private boolean awaitsWritable;

  LinuxTcpPath(
      LinuxIo io, SendQueue.Budget budget, LinuxCalls calls, int fd, long token, long hi, long lo, int port) {
    super(io, budget, hi, lo, port);
    this.io = io;
    this.calls = calls;
    this.fd = fd;
    this.token = token;
  }

  /** What epoll reports it by. */
  long token() {
    return token;
  }

  @Override
  int read(MemorySegment into, long offset, int length) {
    int result = calls.receive(fd, into.address() + offset, length);
    if (result > 0) {
      return result;
    }
    return result == -Linux.EAGAIN || result == -Linux.EINTR ? 0 : -1;
  }

  @Override
  int write(MemorySegment from, long offset, int length) {
    int result = calls.send(fd, from.address() + offset, length);
    if (result >= 0) {
      return result;
    }
    return result == -Linux.EAGAIN || result == -Linux.EINTR || result == -Linux.ENOBUFS ? 0 : -1;
  }

  @Override
  void awaitWritable(boolean await) {
    if (await != awaitsWritable) {
      awaitsWritable = await;
      io.watch(Linux.EPOLL_CTL_MOD, fd, await ? Linux.EPOLLIN | Linux.EPOLLOUT : Linux.EPOLLIN, token);
    }
  }

  @Override
  protected void release() {
    super.release();
    // Closing takes it out of the epoll set.
    calls.close(fd);
    io.forget(this);
  }
}
