/** The recorded digits of the audio captcha: static assets, read once per isolate. Made by scripts/captcha-voices.sh. */
import type { Language } from '../answers.ts';
import { ask } from '../db/ledger.ts';

export const SAMPLE_RATE = 8000;
const CLIP_SAMPLES = 0.7 * SAMPLE_RATE;
const VOICES = [1, 2, 3];

/** One voice: the clip of each digit, samples from -1 to 1, without the silence behind it. */
export type Voice = readonly Float32Array[];

const loaded = new Map<Language, readonly Voice[]>();

/** The voices of a language. Throws a Fault when the assets cannot be read. */
export async function loadVoices(assets: Fetcher, language: Language): Promise<readonly Voice[]> {
  const known = loaded.get(language);
  if (known !== undefined) return known;
  const voices = await ask('voice_unreadable', () =>
    Promise.all(VOICES.map((number) => loadVoice(assets, `/audio/${language}-${number}.wav`))),
  );
  loaded.set(language, voices);
  return voices;
}

async function loadVoice(assets: Fetcher, path: string): Promise<Voice> {
  const response = await assets.fetch(`https://assets.invalid${path}`);
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  const samples = samplesOf(await response.arrayBuffer());
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
