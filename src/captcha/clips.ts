/** The recorded digits of one voice, as scripts/captcha-voices.sh writes them into a WAV file. */
export const SAMPLE_RATE = 8000;
const CLIP_SAMPLES = 0.7 * SAMPLE_RATE;

/** The clip of each digit: samples from -1 to 1, without the silence behind it. */
export type Voice = readonly Float32Array[];

/** Throws a RangeError when it is not such a file. */
export function readVoice(file: ArrayBuffer): Voice {
  const samples = samplesOf(file);
  return Array.from({ length: 10 }, (_, digit) =>
    trimmed(samples.subarray(digit * CLIP_SAMPLES, (digit + 1) * CLIP_SAMPLES)),
  );
}

/** The samples of an 8-bit mono WAV file. */
function samplesOf(file: ArrayBuffer): Float32Array {
  const view = new DataView(file);
  const tagAt = (offset: number) => view.getUint32(offset).toString(16);
  let chunk = 12;
  while (tagAt(chunk) !== '64617461') chunk += 8 + view.getUint32(chunk + 4, true); // "data"
  const bytes = new Uint8Array(file, chunk + 8, 10 * CLIP_SAMPLES);
  return Float32Array.from(bytes, (byte) => (byte - 128) / 128);
}

function trimmed(clip: Float32Array): Float32Array {
  const end = clip.findLastIndex((sample) => Math.abs(sample) > 0.02);
  return clip.subarray(0, end + 1);
}
