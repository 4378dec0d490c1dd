package sfu.protocol.signal;

/** The WebSocket close codes (RFC 6455, 7.4) that a client of this protocol understands. */
public enum CloseCode {
  /** Nothing was wrong. The client reconnects unless it closed itself. */
  CLEAN(1000),
  /** The server failed, the credentials were no JSON, or the client didn't answer the first request. It reconnects. */
  ERROR(1011),
  /** The client isn't who it says or its channel doesn't exist. It stops for good. */
  AUTHENTICATION_FAILED(4106),
  /** The client was too slow to authenticate, to connect or to answer a ping. It reconnects. */
  TIMEOUT(4107),
  /** Disconnected by the API, replaced by another session with its id, or its channel closed. It stops for good. */
  KICKED(4108),
  /** No room in the channel. It stops for good. */
  CHANNEL_FULL(4109);

  private final int code;

  CloseCode(int code) {
    this.code = code;
  }

  /** The number on the wire. */
  public int code() {
    return code;
  }
}
