package sfu.node.media.io;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A map from remote address and port to {@code T}: open addressing with linear probing, no allocation but when it
 * grows. It holds what its user puts in; the user bounds that. One thread.
 */
public final class PathTable<T> {

  private static final int INITIAL_SLOTS = 64;

  /** Addresses are chosen by strangers: without a secret they could be chosen to collide. */
  private final long secret = ThreadLocalRandom.current().nextLong();

  /** Two longs a slot. */
  private long[] addresses;
  private int[] ports;
  private Object[] values;
  private int mask;
  private int size;

  public PathTable() {
    allocate(INITIAL_SLOTS);
  }

  public int size() {
    return size;
  }

  /** What was put for this address, or null. */
  @SuppressWarnings("unchecked")
  public T get(long addressHi, long addressLo, int port) {
    return (T) values[slotOf(addressHi, addressLo, port)];
  }

  /** Puts {@code value} and returns what was there before, or null. */
  @SuppressWarnings("unchecked")
  public T put(long addressHi, long addressLo, int port, T value) {
    if (value == null) {
      throw new IllegalArgumentException("no value: use remove");
    }
    int slot = slotOf(addressHi, addressLo, port);
    Object before = values[slot];
    values[slot] = value;
    if (before == null) {
      addresses[2 * slot] = addressHi;
      addresses[2 * slot + 1] = addressLo;
      ports[slot] = port;
      size++;
      if (2 * size > values.length) {
        grow();
      }
    }
    return (T) before;
  }

  /** Takes the entry out and returns its value, or null if there is none. */
  @SuppressWarnings("unchecked")
  public T remove(long addressHi, long addressLo, int port) {
    int slot = slotOf(addressHi, addressLo, port);
    Object removed = values[slot];
    if (removed != null) {
      size--;
      closeGap(slot);
    }
    return (T) removed;
  }

  public void clear() {
    Arrays.fill(values, null);
    size = 0;
  }

  /** Moves later entries of the chain forward, so that no tombstone stays and lookups stay short. */
  private void closeGap(int freed) {
    int gap = freed;
    for (int next = (gap + 1) & mask; values[next] != null; next = (next + 1) & mask) {
      int home = home(addresses[2 * next], addresses[2 * next + 1], ports[next]);
      if (((next - home) & mask) >= ((next - gap) & mask)) {
        copy(next, gap);
        gap = next;
      }
    }
    values[gap] = null;
  }

  private void copy(int from, int to) {
    addresses[2 * to] = addresses[2 * from];
    addresses[2 * to + 1] = addresses[2 * from + 1];
    ports[to] = ports[from];
    values[to] = values[from];
  }

  /** The slot of the entry, or the free one where it would be. */
  private int slotOf(long addressHi, long addressLo, int port) {
    int slot = home(addressHi, addressLo, port);
    while (values[slot] != null
        && (addresses[2 * slot + 1] != addressLo || ports[slot] != port || addresses[2 * slot] != addressHi)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private int home(long addressHi, long addressLo, int port) {
    long h = mix(addressHi ^ secret);
    h = mix(h ^ addressLo);
    return (int) mix(h ^ port) & mask;
  }

  /** The finalizer of MurmurHash3: every bit of the input reaches every bit of the output. */
  private static long mix(long value) {
    long h = value;
    h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
    h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return h ^ (h >>> 33);
  }

  private void grow() {
    long[] oldAddresses = addresses;
    int[] oldPorts = ports;
    Object[] oldValues = values;
    allocate(2 * oldValues.length);
    for (int i = 0; i < oldValues.length; i++) {
      if (oldValues[i] != null) {
        int slot = slotOf(oldAddresses[2 * i], oldAddresses[2 * i + 1], oldPorts[i]);
        addresses[2 * slot] = oldAddresses[2 * i];
        addresses[2 * slot + 1] = oldAddresses[2 * i + 1];
        ports[slot] = oldPorts[i];
        values[slot] = oldValues[i];
      }
    }
  }

  private void allocate(int slots) {
    addresses = new long[2 * slots];
    ports = new int[slots];
    values = new Object[slots];
    mask = slots - 1;
  }
}
