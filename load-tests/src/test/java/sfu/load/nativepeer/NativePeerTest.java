package sfu.load.nativepeer;

import static sfu.load.nativepeer.Call.ANNE;
import static sfu.load.nativepeer.Call.BERT;
import static sfu.load.nativepeer.Call.CLARA;
import static sfu.load.nativepeer.Call.TIMEOUT;
import static sfu.load.nativepeer.Call.assertConnected;
import static sfu.load.nativepeer.Call.frames;
import static sfu.load.nativepeer.Call.send;
import static sfu.load.nativepeer.Call.sendLayers;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sfu.load.sdp.DtlsRole;
import sfu.load.sdp.IceProtocol;
import sfu.load.server.ServerOfTests;
import sfu.protocol.ortc.StreamType;

/** Calls between libwebrtc in the JVM, and with a browser, through a real server. */
class NativePeerTest {

  @RegisterExtension
  private static final ServerOfTests SERVER = new ServerOfTests();

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
