package sfu.node.media.io;

/** {@link NetIo}'s contract, by {@code java.nio.channels}. */
final class NioIoTest extends LifecycleContract {

  @Override
  IoKind kind() {
    return IoKind.NIO;
  }
}
