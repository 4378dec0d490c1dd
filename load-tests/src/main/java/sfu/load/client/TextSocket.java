package sfu.load.client;

import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A WebSocket as whole text frames: joins the parts of what comes in, and lets one frame after the other go out. The
 * handlers run on the executor, in order.
 */
final class TextSocket implements WebSocket.Listener {

  /** What RFC 6455 (7.4.1) calls a connection that broke. */
  static final int ABNORMAL = 1006;

  private final Executor executor;
  private final Consumer<String> onFrame;
  private final BiConsumer<Integer, String> onEnd;
  private final StringBuilder partial = new StringBuilder();
  private CompletableFuture<WebSocket> sent;

  TextSocket(Executor executor, Consumer<String> onFrame, BiConsumer<Integer, String> onEnd) {
    this.executor = executor;
    this.onFrame = onFrame;
    this.onEnd = onEnd;
  }

  /** To be called once, on the executor, before anything is sent. */
  void opened(WebSocket socket) {
    sent = CompletableFuture.completedFuture(socket);
  }

  /** Sends after whatever was sent before; only on the executor. */
  void send(String frame) {
    sent = sent.thenCompose(socket -> socket.sendText(frame, true));
    sent.exceptionally(failure -> {
      executor.execute(() -> onEnd.accept(ABNORMAL, "sending failed: " + failure.getMessage()));
      return null;
    });
  }

  /** Says goodbye after whatever was sent before, if it was ever open; only on the executor. Complete once it left. */
  CompletableFuture<WebSocket> close(int code) {
    if (sent == null) {
      return CompletableFuture.completedFuture(null);
    }
    sent = sent.thenCompose(socket -> socket.isOutputClosed()
        ? CompletableFuture.completedFuture(socket)
        : socket.sendClose(code, ""));
    return sent;
  }

  @Override
  public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
    partial.append(data);
    if (last) {
      String frame = partial.toString();
      partial.setLength(0);
      executor.execute(() -> onFrame.accept(frame));
    }
    socket.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
    executor.execute(() -> onEnd.accept(code, reason));
    return null;
  }

  @Override
  public void onError(WebSocket socket, Throwable failure) {
    executor.execute(() -> onEnd.accept(ABNORMAL, String.valueOf(failure)));
  }
}
