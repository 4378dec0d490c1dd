/**
 * A participant whose media is libwebrtc's, through webrtc-java, in a JVM of its own that may die at any time.
 *
 * <p>In: {@link sfu.load.nativepeer.PeerCommand}s as JSON lines. Out: {@link sfu.load.nativepeer.PeerEvent}s as JSON
 * lines. Its parent uses {@link sfu.load.nativepeer.PeerProcess} and must not touch libwebrtc itself.
 */
package sfu.load.nativepeer;
