package sfu.load.nativepeer;

import dev.onvoid.webrtc.CreateSessionDescriptionObserver;
import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCAnswerOptions;
import dev.onvoid.webrtc.RTCOfferOptions;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCRtpTransceiver;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.SetSessionDescriptionObserver;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import sfu.load.client.SfuException;

/**
 * libwebrtc's connection with its callbacks turned into calls that wait, 10 s at most. Not to be used on a thread of
 * libwebrtc's, which is where its callbacks run.
 */
final class PeerConnection {

  private static final long TIMEOUT_SECONDS = 10;

  private final RTCPeerConnection raw;

  PeerConnection(Function<PeerConnectionObserver, RTCPeerConnection> create) {
    // The server is told of no candidate: it learns the client's address from its checks.
    this.raw = create.apply(_ -> {});
  }

  /** For what needs no waiting. */
  RTCPeerConnection raw() {
    return raw;
  }

  RTCSessionDescription createOffer() {
    CompletableFuture<RTCSessionDescription> created = new CompletableFuture<>();
    raw.createOffer(new RTCOfferOptions(), creation(created));
    return await(created);
  }

  RTCSessionDescription createAnswer() {
    CompletableFuture<RTCSessionDescription> created = new CompletableFuture<>();
    raw.createAnswer(new RTCAnswerOptions(), creation(created));
    return await(created);
  }

  void setLocal(RTCSdpType type, String sdp) {
    set(observer -> raw.setLocalDescription(new RTCSessionDescription(type, sdp), observer), sdp);
  }

  void setRemote(RTCSdpType type, String sdp) {
    set(observer -> raw.setRemoteDescription(new RTCSessionDescription(type, sdp), observer), sdp);
  }

  /** The transceiver of a section that both descriptions have. */
  RTCRtpTransceiver transceiver(String mid) {
    return Arrays.stream(raw.getTransceivers())
        .filter(transceiver -> mid.equals(transceiver.getMid()))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no transceiver with mid " + mid));
  }

  /** How things stand. Never blocks; what the statistics lack is as in {@link TransportStats#NONE}. */
  CompletableFuture<TransportStats> stats() {
    CompletableFuture<TransportStats> stats = new CompletableFuture<>();
    raw.getStats(report -> {
      try {
        stats.complete(TransportStats.read(report.getStats()));
      } catch (Throwable e) { // An exception that leaves this callback aborts the JVM.
        stats.completeExceptionally(e);
      }
    });
    return stats;
  }

  private static void set(Consumer<SetSessionDescriptionObserver> call, String sdp) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    call.accept(new SetSessionDescriptionObserver() {
      @Override
      public void onSuccess() {
        done.complete(null);
      }

      @Override
      public void onFailure(String error) {
        done.completeExceptionally(new SfuException(error + " in " + sdp));
      }
    });
    await(done);
  }

  private static CreateSessionDescriptionObserver creation(CompletableFuture<RTCSessionDescription> created) {
    return new CreateSessionDescriptionObserver() {
      @Override
      public void onSuccess(RTCSessionDescription description) {
        created.complete(description);
      }

      @Override
      public void onFailure(String error) {
        created.completeExceptionally(new SfuException(error));
      }
    };
  }

  private static <T> T await(CompletableFuture<T> result) {
    return result.orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
  }
}
