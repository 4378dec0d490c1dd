package sfu.load.wire;

import java.util.List;
import sfu.protocol.ortc.StreamType;

/** Where a source's packets go out on one transport: a stream a layer, lowest first. */
record Outlet(StreamType type, List<OutboundStream> layers) {

  /** The layer with this SSRC, -1 if there is none. */
  int layerOf(int ssrc) {
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i).ssrc() == ssrc) {
        return i;
      }
    }
    return -1;
  }

  void close() {
    layers.forEach(OutboundStream::close);
  }
}
