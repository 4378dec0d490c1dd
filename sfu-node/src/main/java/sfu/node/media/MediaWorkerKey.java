package sfu.node.media;

import org.apache.pekko.actor.typed.receptionist.ServiceKey;

/** The name under which every media worker registers with the Receptionist, once its sockets are bound. */
public final class MediaWorkerKey {

  public static final ServiceKey<MediaCommand> KEY = ServiceKey.create(MediaCommand.class, "media-worker");

  private MediaWorkerKey() {}
}
