package sfu.load.nativepeer;

import static sfu.load.nativepeer.Call.ANNE;
import static sfu.load.nativepeer.Call.BERT;
import static sfu.load.nativepeer.Call.send;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sfu.load.server.ServerProcess;

/** A call per codec, on a server that is configured for that codec alone. */
class CodecTest {

  @ParameterizedTest
  @CsvSource({"PCMU, VP9", "PCMA, H264_1_2cb"})
  void nativePeersSeeAndHearEachOtherWith(String audioCodec, String videoCodec) throws Exception {
    Map<String, String> codecs = Map.of("AUDIO_CODECS", audioCodec, "VIDEO_CODECS", videoCodec);
    try (ServerProcess server = ServerProcess.start(codecs);
        Call call = new Call(server, videoCodec)) {
      PeerProcess anne = call.join(ANNE);
      PeerProcess bert = call.join(BERT);
      send(anne, 640, 360);
      send(bert, 640, 360);

      call.assertSeesAndHears(anne, BERT, 640, 360);
      call.assertSeesAndHears(bert, ANNE, 640, 360);
    }
  }
}
