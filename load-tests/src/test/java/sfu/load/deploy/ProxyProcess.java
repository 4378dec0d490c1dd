package sfu.load.deploy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import sfu.load.server.ServerProcess;

/** A proxy on loopback that runs deploy's file, with the addresses of a test in it. */
final class ProxyProcess implements AutoCloseable {

  private static final long START_SECONDS = 30;
  private static final long POLL_MILLIS = 20;

  private final Process process;
  private final Path log;
  private final int port;
  private final int tlsPort;

  private ProxyProcess(Process process, Path log, int port, int tlsPort) {
    this.process = process;
    this.log = log;
    this.port = port;
    this.tlsPort = tlsPort;
  }

  /**
   * Starts one in a folder of its own.
   *
   * @param nodes the ports that stand for the three nodes of the file
   * @param managementPort where health checks go
   * @param tls whether the file's TLS lines are used; the certificate is sfu.crt, sfu.key and sfu.pem in the folder
   */
  static ProxyProcess start(ProxyKind kind, Path folder, List<Integer> nodes, int managementPort, boolean tls)
      throws IOException, InterruptedException {
    int port = ServerProcess.freePort();
    int tlsPort = ServerProcess.freePort();
    String text = kind.adapt(kind.shipped(), folder, port, tlsPort).replace("port 8558", "port " + managementPort);
    for (int i = 0; i < nodes.size(); i++) {
      text = text.replace("sfu-" + (i + 1) + ":8070", "127.0.0.1:" + nodes.get(i));
    }
    Path file = Files.writeString(folder.resolve("proxy.conf"), tls ? text.replace("#tls ", "") : text);
    Path log = folder.resolve("proxy.log");
    Process process =
        new ProcessBuilder(kind.run(file)).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    ProxyProcess proxy = new ProxyProcess(process, log, port, tlsPort);
    try {
      proxy.awaitStart(tls ? tlsPort : port);
    } catch (IOException | InterruptedException | RuntimeException e) {
      proxy.close();
      throw e;
    }
    return proxy;
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + port);
  }

  URI tlsAddress() {
    return URI.create("https://127.0.0.1:" + tlsPort);
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
  }

  private void awaitStart(int listener) throws IOException, InterruptedException {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (!listens(listener)) {
      if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS) || System.nanoTime() - deadlineNanos > 0) {
        throw new IllegalStateException("the proxy doesn't run:\n" + Files.readString(log));
      }
    }
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException _) {
      return false;
    }
  }
}
