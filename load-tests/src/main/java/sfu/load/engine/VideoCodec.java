package sfu.load.engine;

/** A video codec whose streams an engine can send; the names are those of the mime types. */
public enum VideoCodec {
  VP8,
  VP9,
  H264
}
