/** The recorded digits, as scripts/captcha-voices.sh writes them: a WAV file for each voice. */
export const SAMPLE_RATE = 8000;
const CLIP_SAMPLES = 0.7 * SAMPLE_RATE;

/** Where the files of a language are among the static assets. */
export const voicePaths = (language: string) =>
  [1, 2, 3].map((number) => `/audio/${language}-${number}.wav`);

/** The clip of each digit: samples from -1 to 1, without the silence behind it. */
export type Voice = readonly Float32Array[];

/** Throws a RangeError when it is not such a file. */
export function readVoice(file: ArrayBuffer): Voice {
  const samples = samplesOf(file, 10 * CLIP_SAMPLES);
  return Array.from({ length: 10 }, (_, digit) =>
    trimmed(samples.subarray(digit * CLIP_SAMPLES, (digit + 1) * CLIP_SAMPLES)),
  );
}

/** The first `count` samples of an 8-bit mono WAV file, or all of them. Throws a RangeError when it has fewer. */
export function samplesOf(file: ArrayBuffer, count?: number): Float32Array {
  const view = new DataView(file);
  const tagAt = (offset: number) => view.getUint32(offset).toString(16);
  let chunk = 12;
  while (tagAt(chunk) !== '64617461') chunk += 8 + padded(view.getUint32(chunk + 4, true)); // "data"
  // `Float32Array.from` with a function takes four times as long.
  return new Float32Array(new Uint8Array(file, chunk + 8, count)).map((byte) => (byte - 128) / 128);
}

const padded = (size: number) => size + (size % 2);

function trimmed(clip: Float32Array): Float32Array {
  const end = clip.findLastIndex((sample) => Math.abs(sample) > 0.02);
  return clip.subarray(0, end + 1);
}
