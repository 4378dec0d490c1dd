package sfu.load.deploy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The proxies that deploy/proxy has a file for: how each is run, and what a test has to put into its file. */
enum ProxyKind {
  HAPROXY("haproxy", "haproxy.cfg") {
    @Override
    String adapt(String text, Path folder, int port, int tlsPort) {
      return text.replace("bind :80", "bind 127.0.0.1:" + port)
          .replace("bind :443", "bind 127.0.0.1:" + tlsPort)
          .replace("/etc/haproxy/sfu.pem", folder.resolve("sfu.pem").toString());
    }

    @Override
    List<String> check(Path file) {
      return List.of(program().toString(), "-c", "-f", file.toString());
    }

    @Override
    List<String> run(Path file) {
      return List.of(program().toString(), "-db", "-f", file.toString());
    }
  },

  NGINX("nginx", "nginx.conf") {
    @Override
    String adapt(String text, Path folder, int port, int tlsPort) {
      StringBuilder folders = new StringBuilder("http {\n    access_log off;\n");
      for (String use : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
        folders.append("    ").append(use).append("_temp_path ").append(folder).append(";\n");
      }
      return text.replace("http {\n", folders)
          .replace("listen 80;", "listen 127.0.0.1:" + port + ";")
          .replace("listen 443 ssl;", "listen 127.0.0.1:" + tlsPort + " ssl;")
          .replace("/etc/nginx/sfu.crt", folder.resolve("sfu.crt").toString())
          .replace("/etc/nginx/sfu.key", folder.resolve("sfu.key").toString());
    }

    @Override
    List<String> check(Path file) {
      return List.of(program().toString(), "-t", "-c", file.toString(), "-g", globals(file, ""));
    }

    @Override
    List<String> run(Path file) {
      return List.of(program().toString(), "-c", file.toString(), "-g", globals(file, " daemon off;"));
    }

    private String globals(Path file, String more) {
      return "pid " + file.resolveSibling("nginx.pid") + "; error_log stderr;" + more;
    }
  };

  private final String program;
  private final String file;

  ProxyKind(String program, String file) {
    this.program = program;
    this.file = file;
  }

  /** The file as it is shipped. */
  String shipped() {
    return DeployFolder.text(DeployFolder.DEPLOY.resolve("proxy").resolve(file));
  }

  /** The file with ports and folders that a test may use. */
  abstract String adapt(String text, Path folder, int port, int tlsPort);

  /** The command that has the proxy check a file. */
  abstract List<String> check(Path file);

  /** The command that runs the proxy in the foreground. */
  abstract List<String> run(Path file);

  /** Debian keeps it where only root's PATH looks. */
  Path program() {
    return Stream.concat(Stream.of(System.getenv("PATH").split(":")), Stream.of("/usr/sbin", "/usr/local/sbin"))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(
            "this test needs " + program + " (Debian: apt-get install haproxy nginx-light)"));
  }
}
