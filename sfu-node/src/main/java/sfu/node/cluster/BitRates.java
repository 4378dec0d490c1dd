package sfu.node.cluster;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Scheduler;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import sfu.node.media.MediaCommand;
import sfu.node.media.MediaReply;

/** What all workers of a channel receive for it, in bit/s. */
record BitRates(long audioBps, long cameraBps, long screenBps) {

  /** Asks the workers that carry {@code members}; one that doesn't answer in time counts as receiving nothing. */
  static CompletionStage<BitRates> ask(String channelUuid, Collection<Member> members, Scheduler scheduler) {
    Set<ActorRef<MediaCommand>> carrying = new HashSet<>();
    members.forEach(member -> carrying.add(member.worker()));
    carrying.remove(null);
    List<CompletableFuture<MediaReply>> asked =
        carrying.stream().map(worker -> ask(channelUuid, worker, scheduler).toCompletableFuture()).toList();
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .thenApply(_ -> sum(asked.stream().map(CompletableFuture::join).toList()));
  }

  private static CompletionStage<MediaReply> ask(
      String channelUuid, ActorRef<MediaCommand> worker, Scheduler scheduler) {
    return AskPattern.<MediaCommand, MediaReply>ask(
            worker, replyTo -> new MediaCommand.GetBitRates(channelUuid, replyTo), Timings.BIT_RATES, scheduler)
        .exceptionally(failure -> new MediaReply.Failed(failure.getMessage()));
  }

  private static BitRates sum(List<MediaReply> replies) {
    long audioBps = 0;
    long cameraBps = 0;
    long screenBps = 0;
    for (MediaReply reply : replies) {
      if (reply instanceof MediaReply.ChannelBitRates(var _, long audio, long camera, long screen)) {
        audioBps += audio;
        cameraBps += camera;
        screenBps += screen;
      }
    }
    return new BitRates(audioBps, cameraBps, screenBps);
  }

  /** With what those who are there show. */
  ChannelStats stats(ChannelRecord channel, Collection<Member> members) {
    int cameras = 0;
    int screens = 0;
    for (Member member : members) {
      cameras += Boolean.TRUE.equals(member.info().isCameraOn()) ? 1 : 0;
      screens += Boolean.TRUE.equals(member.info().isScreenSharingOn()) ? 1 : 0;
    }
    return new ChannelStats(channel, members.size(), cameras, screens, audioBps, cameraBps, screenBps);
  }
}
