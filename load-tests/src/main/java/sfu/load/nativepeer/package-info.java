/**
 * A participant whose media is libwebrtc's, through webrtc-java, in a JVM of its own that may die at any time.
 *
 * <p>{@link sfu.load.nativepeer.NativeEngine} lets many of them join, for load runs; tests take one at a time.
 *
 * <p>In: {@link sfu.load.nativepeer.PeerCommand}s as JSON lines. Out: {@link sfu.load.nativepeer.PeerEvent}s as JSON
 * lines. Its parent must not touch libwebrtc itself.
 */
package sfu.load.nativepeer;
