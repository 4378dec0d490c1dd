package sfu.load.nativepeer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AudioEnergyTest {

  private final AudioEnergy energy = new AudioEnergy();

  @Test
  void aSquareWaveIsAsLoudAsItsAmplitude() {
    energy.add(new byte[] {0, 0x40, 0, (byte) 0xc0}, 2);

    assertThat(energy.takeLevel()).isCloseTo(0.5, within(1e-9));
  }

  @Test
  void eachIntervalStartsAnew() {
    energy.add(new byte[] {0, 0x40}, 1);
    energy.takeLevel();

    assertThat(energy.takeLevel()).isZero();
    energy.add(new byte[] {0, 0}, 1);
    assertThat(energy.takeLevel()).isZero();
  }
}
