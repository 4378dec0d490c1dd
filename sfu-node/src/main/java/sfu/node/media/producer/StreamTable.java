package sfu.node.media.producer;

import java.util.Arrays;
import org.agrona.collections.Int2ObjectHashMap;
import sfu.protocol.rtp.ExtensionValue;
import sfu.protocol.rtp.RtpPacket;

/**
 * Which stream an SSRC belongs to, on one transport. An SSRC is known by the producer's parameters, or learnt from a
 * packet's mid and rid (RFC 8852, RFC 9143 9.2), and then for the rest of the call.
 */
final class StreamTable {
  /** By SSRC, of media and of retransmissions alike: the payload type tells them apart. */
  private final Int2ObjectHashMap<ProducerStream> streams = new Int2ObjectHashMap<>();

  private Producer[] producers = new Producer[0];

  void add(Producer producer) {
    producers = Arrays.copyOf(producers, producers.length + 1);
    producers[producers.length - 1] = producer;
    for (int i = 0; i < producer.layerCount(); i++) {
      ProducerStream stream = producer.layer(i);
      if (stream.isBound()) {
        streams.put(stream.ssrc(), stream);
      }
      if (stream.isRtxBound()) {
        streams.put(stream.rtxSsrc(), stream);
      }
    }
  }

  void remove(Producer producer) {
    producers = Arrays.stream(producers).filter(other -> other != producer).toArray(Producer[]::new);
    for (int i = 0; i < producer.layerCount(); i++) {
      ProducerStream stream = producer.layer(i);
      streams.remove(stream.ssrc(), stream);
      streams.remove(stream.rtxSsrc(), stream);
    }
  }

  Producer[] producers() {
    return producers;
  }

  /** The stream that an SSRC belongs to, or null. */
  ProducerStream find(int ssrc) {
    return streams.get(ssrc);
  }

  /**
   * Finds the stream of an authenticated packet with an unknown SSRC by its mid and rid, and remembers it; null if there
   * is none, or if that stream has another SSRC already.
   */
  ProducerStream learn(RtpPacket packet) {
    for (Producer producer : producers) {
      ExtensionIds ids = producer.extensionIds();
      if (!carries(packet, ids.mid(), producer.midBytes())) {
        continue;
      }
      int payloadType = packet.payloadType();
      if (payloadType == producer.payloadType()) {
        ProducerStream stream = byRid(packet, producer, ids.rid());
        if (stream != null && !stream.isBound()) {
          stream.bind(packet.ssrc());
          streams.put(packet.ssrc(), stream);
          return stream;
        }
      } else if (payloadType == producer.rtxPayloadType()) {
        ProducerStream stream = byRid(packet, producer, ids.repairedRid());
        if (stream != null && !stream.isRtxBound()) {
          stream.bindRtx(packet.ssrc());
          streams.put(packet.ssrc(), stream);
          return stream;
        }
      }
    }
    return null;
  }

  private static ProducerStream byRid(RtpPacket packet, Producer producer, int ridExtension) {
    for (int i = 0; i < producer.layerCount(); i++) {
      ProducerStream stream = producer.layer(i);
      byte[] rid = stream.ridBytes();
      if (rid.length == 0 ? producer.layerCount() == 1 : carries(packet, ridExtension, rid)) {
        return stream;
      }
    }
    return null;
  }

  private static boolean carries(RtpPacket packet, int extension, byte[] text) {
    int at = packet.extensionOffset(extension);
    return at >= 0
        && ExtensionValue.textEquals(packet.segment(), packet.offset() + at, packet.extensionLength(extension), text);
  }
}
