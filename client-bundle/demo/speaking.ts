/** In: our microphone's track. Out: whether it hears a voice, for the ring on our own tile. */

const LOOK_EVERY_MILLIS = 100;
/** Root mean square of samples in -1 to 1; a quiet room is below a hundredth. */
const THRESHOLD = 0.02;
/** A pause between words is no silence. */
const HOLD_MILLIS = 600;

/** @returns the function that ends it. */
export function watchSpeaking(track: MediaStreamTrack, onChange: (speaking: boolean) => void): () => void {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let speaking = false;
  let heardAtMillis = -Infinity;
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    const nowMillis = performance.now();
    if (track.enabled && Math.sqrt(power) > THRESHOLD) {
      heardAtMillis = nowMillis;
    }
    const now = track.enabled && nowMillis - heardAtMillis < HOLD_MILLIS;
    if (now !== speaking) {
      speaking = now;
      onChange(speaking);
    }
  }, LOOK_EVERY_MILLIS);
  return () => {
    clearInterval(timer);
    void context.close();
    onChange(false);
  };
}
