package sfu.node.media.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Keeps what a poll delivers; bytes are copied at the end of the batch, when they must still be there. */
class RecordingHandler implements NetIo.Handler {

  record Packet(byte[] bytes, long addressHi, long addressLo, int port, Path path) {
    String text() {
      return new String(bytes);
    }
  }

  private record Pending(MemorySegment segment, long offset, int length, long hi, long lo, int port, Path path) {}

  final List<Packet> datagrams = new ArrayList<>();
  final List<Packet> frames = new ArrayList<>();
  final List<Path> accepted = new ArrayList<>();
  final List<Path> closed = new ArrayList<>();
  final List<Integer> batches = new ArrayList<>();
  Consumer<Path> onFrame = path -> {};
  private final List<Pending> pending = new ArrayList<>();

  @Override
  public void onDatagram(MemorySegment segment, long offset, int length, long addressHi, long addressLo, int port) {
    pending.add(new Pending(segment, offset, length, addressHi, addressLo, port, null));
  }

  @Override
  public void onTcpAccepted(Path path) {
    accepted.add(path);
  }

  @Override
  public void onTcpFrame(Path path, MemorySegment segment, long offset, int length) {
    pending.add(new Pending(segment, offset, length, path.addressHi(), path.addressLo(), path.port(), path));
    onFrame.accept(path);
  }

  @Override
  public void onTcpClosed(Path path) {
    closed.add(path);
  }

  @Override
  public void onBatchEnd() {
    batches.add(pending.size());
    for (Pending p : pending) {
      byte[] bytes = p.segment.asSlice(p.offset, p.length).toArray(ValueLayout.JAVA_BYTE);
      (p.path == null ? datagrams : frames).add(new Packet(bytes, p.hi, p.lo, p.port, p.path));
    }
    pending.clear();
  }

  List<String> datagramTexts() {
    return datagrams.stream().map(Packet::text).toList();
  }

  List<String> frameTexts() {
    return frames.stream().map(Packet::text).toList();
  }
}
