package sfu.load.nativepeer;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import sfu.load.client.ClientLoop;
import sfu.protocol.signal.Json;

/** The child process: commands on the standard input, events on the standard output, complaints on the third. */
public final class NativePeerMain {

  private final PrintStream out =
      new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
  private final ClientLoop loop = new ClientLoop("signalling");
  private NativePeer peer;

  private NativePeerMain() {}

  /** Runs until the session ends, or the standard input does because the parent died. */
  public static void main(String[] args) throws IOException {
    // The standard output belongs to the events.
    System.setOut(System.err);
    int status = new NativePeerMain().run();
    // libwebrtc's threads would keep the JVM alive, and tearing them down in the wrong order crashes it.
    Runtime.getRuntime().halt(status);
  }

  private int run() throws IOException {
    NativeFactories factories;
    try {
      factories = NativeFactories.load();
    } catch (IllegalStateException e) {
      emit(new PeerEvent.Failed(e.getMessage()));
      return 1;
    }
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String line = in.readLine();
    while (line != null) {
      obey(Json.MAPPER.readValue(line, PeerCommand.class), factories);
      line = in.readLine();
    }
    return 0;
  }

  private void obey(PeerCommand command, NativeFactories factories) {
    switch (command) {
      case PeerCommand.Join join -> peer = new NativePeer(factories, loop, join, this::emit);
      case PeerCommand.SendAudio(int frequencyHz) -> peer.sendAudio(frequencyHz);
      case PeerCommand.SendVideo video -> peer.sendVideo(video);
      case PeerCommand.SetActive(var type, boolean active) -> peer.setActive(type, active);
      case PeerCommand.SetWanted(var sessionId, var type, boolean wanted) -> peer.setWanted(sessionId, type, wanted);
      case PeerCommand.Leave() -> peer.leave();
    }
  }

  private synchronized void emit(PeerEvent event) {
    out.println(Json.write(event));
    if (event instanceof PeerEvent.Closed) {
      Runtime.getRuntime().halt(0);
    }
  }
}
