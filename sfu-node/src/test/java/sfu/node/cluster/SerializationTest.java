package sfu.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.NullNode;
import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.SerializationTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.jackson.JacksonCborSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sfu.node.CborMessage;
import sfu.node.media.LinkParameters;
import sfu.node.media.MediaCommand;
import sfu.node.media.MediaEvent;
import sfu.node.media.MediaReply;
import sfu.protocol.ortc.DtlsFingerprint;
import sfu.protocol.ortc.DtlsParameters;
import sfu.protocol.ortc.IceCandidate;
import sfu.protocol.ortc.IceParameters;
import sfu.protocol.ortc.RtcpFeedback;
import sfu.protocol.ortc.RtcpParameters;
import sfu.protocol.ortc.RtpCodecParameters;
import sfu.protocol.ortc.RtpEncodingParameters;
import sfu.protocol.ortc.RtpHeaderExtensionParameters;
import sfu.protocol.ortc.RtpParameters;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.ortc.TransportConfig;
import sfu.protocol.signal.Json;
import sfu.protocol.signal.SessionId;
import sfu.protocol.signal.SessionInfo;
import sfu.protocol.srtp.SrtpProfile;

/** Every message that can cross nodes goes there and back as CBOR. */
class SerializationTest {

  private static final ActorTestKit KIT =
      ActorTestKit.create(
          ConfigFactory.parseString("pekko.actor { provider = local, testkit.typed.single-expect-default = 15s }")
              .withFallback(ConfigFactory.load()));
  private static final TestProbe<Object> PROBE = KIT.createTestProbe();

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private static <T> ActorRef<T> ref() {
    return PROBE.getRef().unsafeUpcast();
  }

  static Stream<CborMessage> messages() {
    ChannelRecord channel = new ChannelRecord("uuid", "iss", "addr", "a2V5", false, "http://rec", 123);
    SessionId number = SessionId.of(7);
    SessionId text = SessionId.of("seven");
    Seat seat = new Seat(number, "connection");
    RtpParameters rtp =
        new RtpParameters(
            "0",
            List.of(
                new RtpCodecParameters(
                    "video/VP8",
                    101,
                    90000,
                    null,
                    Map.of("apt", 5, "x", "y"),
                    List.of(new RtcpFeedback("nack", "pli")))),
            List.of(new RtpHeaderExtensionParameters("urn:x", 4, false, Map.of())),
            List.of(
                new RtpEncodingParameters(
                    4_000_000_000L,
                    "r0",
                    new RtpEncodingParameters.Rtx(5),
                    null,
                    false,
                    "L1T3",
                    2.0,
                    1_000_000L,
                    true)),
            new RtcpParameters("cname", true, true),
            "msid");
    Production production = new Production("p", text, StreamType.SCREEN, true, rtp, "cname", ref());
    SessionInfo info = SessionInfo.cameraOn(true).merge(SessionInfo.talking(false));
    DtlsParameters dtls = new DtlsParameters("client", List.of(new DtlsFingerprint("sha-256", "AB")));
    TransportConfig transport =
        new TransportConfig(
            "t",
            new IceParameters("u", "p", true),
            List.of(new IceCandidate("f", 1L, "127.0.0.1", "127.0.0.1", "tcp", 5, "host", "passive")),
            dtls);
    LinkParameters link =
        new LinkParameters(
            "l", "10.0.0.1", 40_000, "u", "p", SrtpProfile.AEAD_AES_128_GCM, new byte[] {1, 2}, new byte[] {3});
    return Stream.of(
        channel,
        production,
        seat,
        new ChannelStats(channel, 1, 2, 3, 4, 5, 6),
        new ChannelRegistry.Create("addr", "iss", null, true, null, ref()),
        new ChannelRegistry.Created("uuid"),
        new ChannelRegistry.Lookup("uuid", ref()),
        new ChannelRegistry.Found(null),
        new ChannelRegistry.Found(channel),
        new ChannelRegistry.ListAll(ref()),
        new ChannelRegistry.Listing(List.of(channel)),
        new ChannelRegistry.Put(channel, null),
        new ChannelRegistry.Put(channel, ref()),
        new ChannelRegistry.Remove("uuid"),
        new ChannelRegistry.Sweep(),
        new ChannelRegistry.CatchUp(ref()),
        new ChannelRegistry.CaughtUp(),
        new Channel.Open(channel, ref()),
        new Channel.Keep(channel),
        new Channel.Admit(channel, seat, ref(), true),
        new Channel.Leave(seat),
        new Channel.Moving(seat, true),
        new Channel.HandedOff(),
        new Channel.Produce(seat, production, info),
        new Channel.Unproduce(seat, StreamType.AUDIO, info),
        new Channel.SetActive(seat, StreamType.CAMERA, true, info),
        new Channel.ChangeInfo(seat, info, true),
        new Channel.Broadcast(seat, Json.parse("{\"a\":[1,2.5,null,\"☃\"]}").orElseThrow()),
        new Channel.Broadcast(seat, NullNode.getInstance()),
        new Channel.Kick("addr", List.of(number, text)),
        new Channel.GetStats(channel, ref()),
        new Channel.AreYouReady(ref()),
        new Channel.Ready(),
        new Session.Join(channel, text, Set.of("speaking"), true, 2, ref()),
        new Session.Frame("[]"),
        new Session.Disconnected(true),
        new Session.TakenOver(),
        new Session.Present(List.of(number, text)),
        new Session.HandedOff(),
        new RoomMessage.HandOff(),
        new Session.Admitted(ref(), ref(), List.of(production)),
        new Session.Admitted(ref(), null, List.of()),
        new Session.Ended(4108, "kicked"),
        new Session.Produced(production),
        new Session.Unproduced(text, StreamType.CAMERA),
        new Session.PeerLeft(number),
        new Session.InfosChanged(Map.of("7", info, "8", SessionInfo.UNSET)),
        new Session.Heard(number, Json.parse("5").orElseThrow()),
        new Gateway.FrameReceived("[]"),
        new Gateway.SocketClosed(1001),
        new Gateway.Welcome(ref()),
        new Gateway.Send("[]"),
        new Gateway.FrameDone(),
        new Gateway.Close(4107, "late"),
        new Gateway.Moved(1001, "moved"),
        new Gateway.Depart(true),
        new Gateway.NodeSilent(new Address("pekko", "sfu", "host", 1)),
        new WorkerPool.NodeReport(ref(), List.of(new WorkerPool.WorkerReport(ref(), 0.5, 1, 2, 3)), true),
        new MediaCommand.OpenTransport("c", "t", MediaCommand.Direction.STC, ref(), ref()),
        new MediaCommand.ConnectTransport("t", dtls, ref()),
        new MediaCommand.CloseTransport("t"),
        new MediaCommand.OpenProducer("t", "p", StreamType.CAMERA, rtp, true, false, ref()),
        new MediaCommand.PauseProducer("p", true),
        new MediaCommand.CloseProducer("p"),
        new MediaCommand.OpenConsumer("t", "c", "p", ref(), rtp, true, ref()),
        new MediaCommand.PauseConsumer("c", false),
        new MediaCommand.CloseConsumer("c"),
        new MediaCommand.CloseChannel("c"),
        new MediaCommand.GetBitRates("c", ref()),
        new MediaCommand.GetLoad(ref()),
        new MediaCommand.GetStatistics(ref()),
        new MediaCommand.Drain(),
        new MediaCommand.Shutdown(),
        new MediaCommand.OpenLink(ref(), link),
        new MediaCommand.LinkOpened(ref(), link),
        new MediaCommand.CloseLink(ref(), "l", "why"),
        new MediaCommand.OpenRelay(ref(), "l", 7, "c", "p"),
        new MediaCommand.RelayOpened(ref(), "l", 7, "p", StreamType.SCREEN, rtp, true),
        new MediaCommand.RelayRefused(ref(), "l", 7, "p", "why"),
        new MediaCommand.CloseRelay(ref(), "l", 7, "p"),
        new MediaReply.Done(),
        new MediaReply.Failed("why"),
        new MediaReply.TransportOpened(transport),
        new MediaReply.ChannelBitRates("c", 1, 2, 3),
        new MediaReply.Load(1, 2, 3, 4, 5, 6, 7, 8, 9, 0.5),
        new MediaReply.Statistics(new MediaReply.Load(1, 2, 3, 4, 5, 6, 7, 8, 9, 0.5), Map.of("packets_in", 10L)),
        new MediaEvent.TransportConnected("t"),
        new MediaEvent.TransportClosed("t", MediaEvent.TransportClosed.Reason.CONSENT_EXPIRED),
        new MediaEvent.WorkerDraining(),
        new MediaEvent.Speaking("p", true),
        new MediaEvent.ConsumerLost("c"));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void aMessageComesBackAsItWent(CborMessage message) {
    assertThat(SerializationExtension.get(KIT.system()).findSerializerFor(message))
        .isInstanceOf(JacksonCborSerializer.class);
    Object back = new SerializationTestKit(KIT.system()).verifySerialization(message, false);
    assertThat(back).isEqualTo(message);
  }

  @Test
  void theSecretsOfALinkReachNoLog() {
    LinkParameters link =
        new LinkParameters(
            "l", "10.0.0.1", 40_000, "name", "password", SrtpProfile.AEAD_AES_128_GCM, new byte[] {111},
            new byte[] {99});
    assertThat(link.toString())
        .contains("10.0.0.1")
        .doesNotContain("name", "password", "111", "99");
  }

  @Test
  void aSessionIdStaysTheNumberOrTheTextItWas() {
    SerializationTestKit serialization = new SerializationTestKit(KIT.system());
    for (SessionId id : List.of(SessionId.of(7), SessionId.of("7"))) {
      Session.PeerLeft back = serialization.verifySerialization(new Session.PeerLeft(id), false);
      assertThat(back.id().numeric()).isEqualTo(id.numeric());
    }
  }

  @Test
  void everyMessageThatIsNotPrivateIsInTheList() {
    Set<Class<?>> listed = new HashSet<>();
    messages().forEach(message -> listed.add(message.getClass()));
    List<Class<?>> missing = new ArrayList<>();
    for (Class<?> root :
        List.of(
            ChannelRegistry.Command.class, Channel.Command.class, Session.Command.class, Gateway.Command.class,
            MediaCommand.class, MediaReply.class, MediaEvent.class)) {
      Arrays.stream(root.getPermittedSubclasses())
          .flatMap(type -> type.isInterface() ? Arrays.stream(type.getPermittedSubclasses()) : Stream.of(type))
          .filter(type -> !java.lang.reflect.Modifier.isPrivate(type.getModifiers()))
          // A continuation of the session's own; it never leaves it.
          .filter(type -> type != Session.Resume.class)
          .filter(type -> !listed.contains(type))
          .forEach(missing::add);
    }
    assertThat(missing).isEmpty();
  }
}
