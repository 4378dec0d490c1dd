package sfu.load.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import sfu.load.sdp.ServerDescription.Received;
import sfu.load.sdp.ServerDescription.Sent;
import sfu.protocol.ortc.DtlsFingerprint;
import sfu.protocol.ortc.DtlsParameters;
import sfu.protocol.ortc.IceCandidate;
import sfu.protocol.ortc.IceParameters;
import sfu.protocol.ortc.MediaKind;
import sfu.protocol.ortc.Ortc;
import sfu.protocol.ortc.RouterCapabilities;
import sfu.protocol.ortc.RtpCapabilities;
import sfu.protocol.ortc.RtpEncodingParameters;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.ortc.TransportConfig;
import sfu.protocol.signal.ProducerOptions;

class ServerDescriptionTest {

  private static final RtpCapabilities ROUTER = RouterCapabilities.all();

  private static final TransportConfig TRANSPORT =
      new TransportConfig(
          "t",
          new IceParameters("fragment", "password", true),
          List.of(
              new IceCandidate("u", 2, "192.0.2.1", "192.0.2.1", "udp", 40000, "host", null),
              new IceCandidate("t", 1, "192.0.2.1", "192.0.2.1", "tcp", 40001, "host", "passive")),
          new DtlsParameters(
              "auto", List.of(new DtlsFingerprint("sha-1", "AA"), new DtlsFingerprint("sha-256", "BB"))));

  private final LocalDescription offer = NegotiationTest.offer("offer.sdp");

  @Test
  void answersWithTheTransportOfTheServer() {
    List<String> answer = new ServerDescription(TRANSPORT, IceProtocol.ANY).answer(bothKinds(), DtlsRole.CLIENT)
        .lines().toList();

    assertThat(answer)
        .startsWith("v=0")
        .contains(
            "a=ice-lite",
            "a=fingerprint:sha-256 BB",
            "a=group:BUNDLE 0 1",
            "m=audio 7 UDP/TLS/RTP/SAVPF 111",
            "m=video 7 UDP/TLS/RTP/SAVPF 96 97",
            "a=ice-ufrag:fragment",
            "a=ice-pwd:password",
            "a=candidate:u 1 udp 2 192.0.2.1 40000 typ host",
            "a=candidate:t 1 tcp 1 192.0.2.1 40001 typ host tcptype passive",
            "a=setup:passive",
            "a=rtpmap:111 opus/48000/2",
            "a=fmtp:97 apt=96",
            "a=rtcp-fb:96 nack pli",
            "a=recvonly");
  }

  @Test
  void answersWithTheRoleThatIsLeft() {
    assertThat(new ServerDescription(TRANSPORT, IceProtocol.ANY).answer(bothKinds(), DtlsRole.SERVER))
        .contains("a=setup:active")
        .doesNotContain("a=setup:passive");
  }

  @Test
  void hidesTheCandidatesOfTheOtherProtocol() {
    assertThat(new ServerDescription(TRANSPORT, IceProtocol.UDP).answer(bothKinds(), DtlsRole.CLIENT))
        .contains(" udp ")
        .doesNotContain(" tcp ");
    assertThat(new ServerDescription(TRANSPORT, IceProtocol.TCP).answer(bothKinds(), DtlsRole.CLIENT))
        .contains(" tcp ")
        .doesNotContain(" udp ");
  }

  @Test
  void answersLayersWithTheirRids() {
    List<RtpEncodingParameters> layers = List.of(layer(4), layer(2), layer(1));
    RtpParameters camera = Negotiation.sent(NegotiationTest.offer("offer-simulcast.sdp").section("1"), ROUTER, layers);

    assertThat(new ServerDescription(TRANSPORT, IceProtocol.ANY)
            .answer(List.of(new Sent(MediaKind.VIDEO, camera, null)), DtlsRole.CLIENT).lines())
        .contains("a=rid:0 recv", "a=rid:1 recv", "a=rid:2 recv", "a=simulcast:recv 0;1;2");
  }

  @Test
  void givesTheEncoderTheHintsOfTheServer() {
    ProducerOptions.CodecOptions hints = new ProducerOptions.CodecOptions(1, 2, 3);
    RtpParameters camera = Negotiation.sent(offer.section("1"), ROUTER, List.of());

    assertThat(new ServerDescription(TRANSPORT, IceProtocol.ANY)
            .answer(List.of(new Sent(MediaKind.VIDEO, camera, hints)), DtlsRole.CLIENT).lines())
        .contains(
            "a=fmtp:96 x-google-min-bitrate=1;x-google-start-bitrate=2;x-google-max-bitrate=3", "a=fmtp:97 apt=96");
  }

  @Test
  void offersConsumersByTheirSsrcsAndKeepsTheFirstSectionWhenItEnded() {
    ServerDescription server = new ServerDescription(TRANSPORT, IceProtocol.ANY);
    RtpParameters consumer = consumer("7", 1000, 1001);

    String first = server.offer(List.of(new Received("c", MediaKind.VIDEO, consumer, true)));
    String second = server.offer(List.of(new Received("c", MediaKind.VIDEO, consumer, false)));

    assertThat(first.lines())
        .contains(
            "a=mid:7",
            "a=sendonly",
            "a=setup:actpass",
            "a=msid:c c",
            "a=ssrc:1000 cname:name",
            "a=ssrc:1001 cname:name",
            "a=ssrc-group:FID 1000 1001");
    assertThat(second.lines())
        .contains("a=group:BUNDLE 7", "m=video 7 UDP/TLS/RTP/SAVPF 101 102", "a=mid:7", "a=inactive")
        .doesNotContain("a=sendonly");
    assertThat(first.lines().skip(1).findFirst()).hasValue("o=sfu 1 0 IN IP4 0.0.0.0");
    assertThat(second.lines().skip(1).findFirst()).hasValue("o=sfu 1 1 IN IP4 0.0.0.0");
  }

  @Test
  void refusesTheSectionsOfConsumersThatEnded() {
    String offer =
        new ServerDescription(TRANSPORT, IceProtocol.ANY)
            .offer(
                List.of(
                    new Received("c", MediaKind.VIDEO, consumer("7", 1000, 1001), true),
                    new Received("d", MediaKind.VIDEO, consumer("8", 1002, 1003), false),
                    new Received("e", MediaKind.VIDEO, consumer("9", 1004, 1005), true)));

    assertThat(offer.lines().filter(line -> line.startsWith("m=")).map(line -> line.split(" ")[1]))
        .containsExactly("7", "0", "7");
    assertThat(offer.lines()).contains("a=group:BUNDLE 7 9", "a=mid:8");
  }

  @Test
  void aStreamTakesThePlaceOfAnEndedOneOfItsKindThatIsNotTheFirst() {
    ReceivedSections sections = new ReceivedSections();
    sections.add(new Received("first", MediaKind.VIDEO, consumer("0", 1, 2), true));
    sections.add(new Received("voice", MediaKind.AUDIO, consumer("1", 3, 4), true));
    sections.add(new Received("second", MediaKind.VIDEO, consumer("2", 5, 6), true));
    assertThat(sections.end(id -> !id.equals("nobody"))).isTrue();
    assertThat(sections.end(id -> !id.equals("nobody"))).isFalse();

    sections.add(new Received("third", MediaKind.VIDEO, consumer("3", 7, 8), true));
    sections.add(new Received("fourth", MediaKind.VIDEO, consumer("4", 9, 10), true));
    sections.add(new Received("another voice", MediaKind.AUDIO, consumer("5", 11, 12), true));

    assertThat(sections.all())
        .extracting(Received::id)
        .containsExactly("first", "another voice", "third", "fourth");
  }

  private List<Sent> bothKinds() {
    return List.of(
        new Sent(MediaKind.AUDIO, Negotiation.sent(offer.section("0"), ROUTER, List.of()), null),
        new Sent(MediaKind.VIDEO, Negotiation.sent(offer.section("1"), ROUTER, List.of()), null));
  }

  private RtpParameters consumer(String mid, long ssrc, long rtxSsrc) {
    RtpParameters producer = Negotiation.sent(offer.section("1"), ROUTER, List.of());
    RtpParameters consumable = Ortc.consumable(producer, StreamType.CAMERA, ROUTER);
    RtpCapabilities viewer = Negotiation.receivable(offer, ROUTER);
    return Ortc.consumerParameters(consumable, viewer, mid, ssrc, rtxSsrc, "name").orElseThrow();
  }

  private static RtpEncodingParameters layer(int scale) {
    return new RtpEncodingParameters(null, null, null, null, null, null, (double) scale, 4_000_000L / scale, true);
  }
}
