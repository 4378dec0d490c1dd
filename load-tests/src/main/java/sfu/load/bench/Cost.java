package sfu.load.bench;

/**
 * What forwarding costs in a scenario, as the table of {@code ./sfu bench} has it: medians over the iterations.
 *
 * @param sfuNanos processor time for each packet that the SFU's worker sends, the kernel's share included, in
 *     nanoseconds
 * @param bareNanos the same for the loop without an SFU in it
 * @param ratio of the SFU's to the bare loop's, iterations that ran one after the other
 * @param segments packets that leave the SFU as one message, on average
 */
public record Cost(double sfuNanos, double bareNanos, double ratio, double segments) {}
