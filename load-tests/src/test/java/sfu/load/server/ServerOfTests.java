package sfu.load.server;

import java.util.Map;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A real server for all tests of a class, to be registered in a static field. */
public final class ServerOfTests implements BeforeAllCallback, AfterAllCallback {

  private final Map<String, String> environment;
  private ServerProcess server;

  public ServerOfTests() {
    this(Map.of());
  }

  /** With these variables besides the required ones. */
  public ServerOfTests(Map<String, String> environment) {
    this.environment = environment;
  }

  public ServerProcess get() {
    return server;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    server = ServerProcess.start(environment);
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    if (server != null) {
      server.close();
    }
  }
}
