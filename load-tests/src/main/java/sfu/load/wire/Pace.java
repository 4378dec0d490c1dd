package sfu.load.wire;

import java.util.function.LongSupplier;
import sfu.node.media.transport.TimerHeap;

/**
 * What sources go by.
 *
 * @param clock monotonic nanoseconds: timers that are due together run one after the other, and what each sends is
 *     stamped with the moment that it is sent at
 */
record Pace(TimerHeap timers, LongSupplier clock) {}
