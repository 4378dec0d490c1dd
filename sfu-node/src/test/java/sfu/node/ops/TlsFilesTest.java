package sfu.node.ops;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sfu.node.config.Config;
import sfu.node.tls.TestAuthority;

class TlsFilesTest {

  private static final Duration VALIDITY = Duration.ofDays(1);

  @TempDir private Path folder;
  private Config.Tls good;

  @BeforeEach
  void issue() throws Exception {
    good = new TestAuthority(folder, "a").issue("node", TestAuthority.rsaKeys(), VALIDITY);
  }

  private static void assertRefused(Config.Tls tls, String start, Path file, String end) {
    assertThatThrownBy(() -> TlsFiles.check(tls))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(start)
        .hasMessageContaining(file.toString())
        .message()
        .contains(end)
        .doesNotContain("\n");
  }

  @Test
  void filesOfOneAuthorityAreFine() {
    assertThatCode(() -> TlsFiles.check(good)).doesNotThrowAnyException();
  }

  @Test
  void aMissingFileIsNamed() {
    Path missing = folder.resolve("missing");
    assertRefused(
        new Config.Tls(missing, good.key(), good.authority()), "CLUSTER_TLS_CERT takes", missing, "doesn't exist");
    assertRefused(
        new Config.Tls(good.certificate(), missing, good.authority()),
        "CLUSTER_TLS_KEY takes",
        missing,
        "doesn't exist");
    assertRefused(
        new Config.Tls(good.certificate(), good.key(), missing), "CLUSTER_TLS_CA takes", missing, "doesn't exist");
  }

  @Test
  void aFileWithSomethingElseIsNamed() throws Exception {
    Path text = Files.writeString(folder.resolve("text"), "nothing in PEM");
    assertRefused(new Config.Tls(text, good.key(), good.authority()), "CLUSTER_TLS_CERT takes", text, "has none");
    assertRefused(
        new Config.Tls(good.certificate(), text, good.authority()), "CLUSTER_TLS_KEY takes", text, "has none");
    assertRefused(
        new Config.Tls(good.certificate(), good.certificate(), good.authority()),
        "CLUSTER_TLS_KEY takes",
        good.certificate(),
        "has none");
  }

  @Test
  void onlyRsaKeysWork() throws Exception {
    Config.Tls elliptic = new TestAuthority(folder, "b").issue("node", TestAuthority.ecKeys(), VALIDITY);
    assertRefused(elliptic, "CLUSTER_TLS_KEY takes a PEM file with an RSA key", elliptic.key(), "has none");
  }

  @Test
  void certificateKeyAndAuthorityMustBelongTogether() throws Exception {
    Config.Tls other = new TestAuthority(folder, "c").issue("node", TestAuthority.rsaKeys(), VALIDITY);
    assertRefused(
        new Config.Tls(good.certificate(), other.key(), good.authority()),
        "CLUSTER_TLS_KEY",
        other.key(),
        "is another's");
    assertRefused(
        new Config.Tls(good.certificate(), good.key(), other.authority()),
        "CLUSTER_TLS_CERT takes a certificate signed by CLUSTER_TLS_CA",
        good.certificate(),
        "isn't");
  }

  @Test
  void anExpiredCertificateIsNamedWithItsDates() throws Exception {
    Config.Tls expired =
        new TestAuthority(folder, "d").issue("node", TestAuthority.rsaKeys(), Duration.ofHours(-1));
    assertRefused(
        expired, "CLUSTER_TLS_CERT takes a certificate that is valid now", expired.certificate(), "valid from 2");
  }
}
