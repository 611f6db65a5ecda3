/** The voices of the audio captcha: static assets, read once per isolate. */
import type { Language } from '../answers.ts';
import { ask } from '../db/ledger.ts';
import { readVoice, type Voice, voicePaths } from './clips.ts';

const loaded = new WeakMap<Fetcher, Map<Language, readonly Voice[]>>();

/** The voices of a language. Throws a Fault when the assets cannot be read. */
export async function loadVoices(assets: Fetcher, language: Language): Promise<readonly Voice[]> {
  const here = loaded.get(assets) ?? new Map<Language, readonly Voice[]>();
  loaded.set(assets, here);
  const known = here.get(language);
  if (known !== undefined) return known;
  const voices = await ask('voice_unreadable', () =>
    Promise.all(voicePaths(language).map((path) => loadVoice(assets, path))),
  );
  here.set(language, voices);
  return voices;
}

async function loadVoice(assets: Fetcher, path: string): Promise<Voice> {
  const response = await assets.fetch(`https://assets.invalid${path}`);
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return readVoice(await response.arrayBuffer());
}
