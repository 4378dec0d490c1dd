package sfu.load.nativepeer;

import static org.assertj.core.api.Assertions.assertThat;
import static sfu.load.nativepeer.Call.ANNE;
import static sfu.load.nativepeer.Call.BERT;
import static sfu.load.nativepeer.Call.CLARA;
import static sfu.load.nativepeer.Call.TIMEOUT;
import static sfu.load.nativepeer.Call.assertConnected;
import static sfu.load.nativepeer.Call.frames;
import static sfu.load.nativepeer.Call.send;
import static sfu.load.nativepeer.Call.sendLayers;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sfu.load.engine.Attendee;
import sfu.load.engine.Seat;
import sfu.load.engine.VideoSettings;
import sfu.load.sdp.DtlsRole;
import sfu.load.sdp.IceProtocol;
import sfu.load.server.ServerOfTests;
import sfu.load.wire.WireEngine;
import sfu.protocol.ortc.StreamType;
import sfu.protocol.signal.SessionId;

/** Calls between libwebrtc in the JVM, and with a browser, through a real server. */
class NativePeerTest {

  @RegisterExtension
  private static final ServerOfTests SERVER = new ServerOfTests();

  /** Who come and go, one after the other. */
  private static final int GUESTS = 8;

  private static int calls;

  private final Call call = new Call(SERVER.get(), "call " + calls++);

  @AfterEach
  void endCall() throws InterruptedException {
    call.close();
  }

  @Test
  void twoNativePeersSeeAndHearEachOtherOverUdp() throws Exception {
    PeerProcess anne = call.join(ANNE, IceProtocol.UDP, DtlsRole.CLIENT);
    PeerProcess bert = call.join(BERT, IceProtocol.UDP, DtlsRole.SERVER);
    send(anne, 640, 360);
    send(bert, 640, 360);

    call.assertSeesAndHears(anne, BERT, 640, 360);
    call.assertSeesAndHears(bert, ANNE, 640, 360);
    assertConnected(anne, "udp", "client");
    assertConnected(bert, "udp", "server");
  }

  @Test
  void twoNativePeersSeeAndHearEachOtherOverTcp() throws Exception {
    PeerProcess anne = call.join(ANNE, IceProtocol.TCP, DtlsRole.SERVER);
    PeerProcess bert = call.join(BERT, IceProtocol.TCP, DtlsRole.CLIENT);
    send(anne, 640, 360);
    send(bert, 640, 360);

    call.assertSeesAndHears(anne, BERT, 640, 360);
    call.assertSeesAndHears(bert, ANNE, 640, 360);
    assertConnected(anne, "tcp", "server");
    assertConnected(bert, "tcp", "client");
  }

  @Test
  void theLargestLayerOfANativePeerReachesABrowserWhichIsSeenByIt() throws Exception {
    PeerProcess anne = call.join(ANNE);
    sendLayers(anne, 960, 540);
    PeerProcess bert = call.joinBrowser(BERT);
    sendLayers(bert, 960, 540);

    call.assertSeesAndHears(bert, ANNE, 960, 540);
    call.assertSeesAndHears(anne, BERT, 960, 540);
  }

  @Test
  void aPausedCameraStopsAndComesBackWithAKeyFrame() throws Exception {
    PeerProcess anne = call.join(ANNE);
    PeerProcess bert = call.join(BERT);
    send(bert, 640, 360);
    call.assertSees(anne, BERT, 640, 360);

    bert.send(new PeerCommand.SetActive(StreamType.CAMERA, false));
    call.assertStopsSeeing(anne, BERT);
    bert.send(new PeerCommand.SetActive(StreamType.CAMERA, true));
    call.assertSees(anne, BERT, 640, 360);

    anne.send(new PeerCommand.SetWanted(BERT, StreamType.CAMERA, false));
    call.assertStopsSeeing(anne, BERT);
    anne.send(new PeerCommand.SetWanted(BERT, StreamType.CAMERA, true));
    call.assertSees(anne, BERT, 640, 360);
  }

  @Test
  void aSecondCameraReplacesTheFirst() throws Exception {
    PeerProcess anne = call.join(ANNE);
    PeerProcess bert = call.join(BERT);
    send(bert, 640, 360);
    call.assertSees(anne, BERT, 640, 360);

    bert.send(new PeerCommand.SendVideo(StreamType.CAMERA, 480, 270, 15, false));

    call.assertSees(anne, BERT, 480, 270);
  }

  @Test
  void thoseWhoComeAndGoDoNotMakeTheDescriptionGrow() throws Exception {
    PeerProcess anne = call.join(ANNE);
    try (WireEngine engine = new WireEngine(1)) {
      comeAndGo(engine, anne, 0);
      PeerProcess bert = call.join(BERT);
      send(bert, 640, 360);
      call.assertSeesAndHears(anne, BERT, 640, 360);
      comeAndGo(engine, anne, GUESTS);
    }

    call.assertSeesAndHears(anne, BERT, 640, 360);
    // Somebody's first section, which is never taken again, and those of two people.
    assertThat(anne.heard(PeerEvent.Receiving.class))
        .hasSize(2 * (2 * GUESTS + 1))
        .extracting(PeerEvent.Receiving::sections)
        .allMatch(sections -> sections <= 1 + 2 * 2);
  }

  /** Guests speak and show themselves, one after the other; {@code peer} receives each of them. */
  private void comeAndGo(WireEngine engine, PeerProcess peer, int from) throws Exception {
    for (int i = from; i < from + GUESTS; i++) {
      SessionId id = SessionId.of("guest " + i);
      Attendee guest =
          engine.join(new Seat(id, call.invite(id), true, Map.of(StreamType.CAMERA, VideoSettings.SINGLE)));
      for (StreamType type : guest.seat().sends()) {
        peer.await(PeerEvent.Receiving.class, e -> e.sessionId().equals(id) && e.type() == type, TIMEOUT);
      }
      guest.leave();
      peer.await(PeerEvent.SessionLeft.class, left -> left.sessionId().equals(id), TIMEOUT);
    }
  }

  @Test
  void aPeerThatDiesIsGoneForTheOthersWhichGoOn() throws Exception {
    PeerProcess anne = call.join(ANNE);
    PeerProcess bert = call.join(BERT);
    PeerProcess clara = call.join(CLARA);
    send(bert, 640, 360);
    send(clara, 640, 360);
    call.assertSeesAndHears(anne, BERT, 640, 360);
    call.assertSeesAndHears(anne, CLARA, 640, 360);

    bert.kill();

    anne.await(PeerEvent.SessionLeft.class, left -> left.sessionId().equals(BERT), TIMEOUT);
    call.progress(anne, p -> frames(p, BERT) < 0);
    call.assertSees(anne, CLARA, 640, 360);
  }
}
