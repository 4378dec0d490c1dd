package sfu.load.bench;

import java.lang.foreign.MemorySegment;
import sfu.node.media.io.NetIo;
import sfu.node.media.io.Path;

/** For datagrams alone; nobody connects to a socket of a benchmark by TCP. */
interface UdpHandler extends NetIo.Handler {

  @Override
  default void onTcpAccepted(Path path) {
    path.close();
  }

  @Override
  default void onTcpFrame(Path path, MemorySegment segment, long offset, int length) {
    path.close();
  }

  @Override
  default void onTcpClosed(Path path) {}
}
