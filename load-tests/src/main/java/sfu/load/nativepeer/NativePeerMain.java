package sfu.load.nativepeer;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import sfu.load.client.ClientLoop;

/**
 * The child process: commands on the standard input, events on the standard output, complaints on the third. Its peers
 * share libwebrtc's threads and the one that signals.
 */
public final class NativePeerMain {

  private final PrintStream out =
      new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
  private final ClientLoop loop = new ClientLoop("signalling");
  private final Map<Integer, NativePeer> peers = new HashMap<>();

  private NativePeerMain() {}

  /** Runs until the standard input ends, which it does if the parent died. */
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
      emit(0, new PeerEvent.Failed(e.getMessage()));
      return 1;
    }
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String line = in.readLine();
    while (line != null) {
      PeerLine<PeerCommand> said = PeerLine.read(line, PeerCommand.class);
      if (said.message() instanceof PeerCommand.Join join) {
        peers.put(said.peer(), new NativePeer(factories, loop, join, event -> emit(said.peer(), event)));
      } else {
        obey(peers.get(said.peer()), said.message());
      }
      line = in.readLine();
    }
    return 0;
  }

  private static void obey(NativePeer peer, PeerCommand command) {
    switch (command) {
      case PeerCommand.Join _ -> throw new IllegalArgumentException("a peer joins once");
      case PeerCommand.SendAudio(int frequencyHz) -> peer.sendAudio(frequencyHz);
      case PeerCommand.SendVideo video -> peer.sendVideo(video);
      case PeerCommand.SetActive(var type, boolean active) -> peer.setActive(type, active);
      case PeerCommand.SetWanted(var sessionId, var type, boolean wanted) -> peer.setWanted(sessionId, type, wanted);
      case PeerCommand.Leave() -> peer.leave();
    }
  }

  private synchronized void emit(int peer, PeerEvent event) {
    out.println(new PeerLine<>(peer, event).text());
  }
}
