/**
 * Speaks digits: each in a voice, pitch, speed and loudness of its own, at uneven distances, over a babble of other
 * digits too quiet to be mistaken and a hiss that comes and goes. Pure: clips and randomness in, a WAV file out.
 */
import { SAMPLE_RATE, type Voice } from './clips.ts';
import { between, type Random } from './random.ts';

/** Seconds, and factors. The babble stops no script (bench/captcha/hear.ts); how loud it may be for people, nobody has tried. */
const EDGE = [0.3, 0.7] as const;
const GAP = [0.25, 0.6] as const;
const SPEED = [0.88, 1.14] as const;
const LOUDNESS = [0.7, 1] as const;
const BABBLE_LOUDNESS = [0.06, 0.14] as const;
const BABBLE_PER_SECOND = 2;
const HISS = [0.005, 0.03] as const;

interface Word {
  clip: Float32Array;
  start: number;
  speed: number;
  loudness: number;
}

/** An 8-bit mono WAV file at 8 kHz, some six seconds long, in which the digits of `text` are spoken. */
export function speakDigits(
  text: string,
  voices: readonly Voice[],
  random: Random,
): Uint8Array<ArrayBuffer> {
  const { words, length } = placeWords(text, voices, random);
  const track = new Float32Array(length);
  for (const word of [...words, ...babble(length, voices, random)]) mix(track, word);
  addHiss(track, random);
  return waveFile(track);
}

function placeWords(text: string, voices: readonly Voice[], random: Random) {
  let at = seconds(random, EDGE);
  const words = Array.from(text, (digit): Word => {
    const clip = clipOf(voices, Number(digit), random);
    const word = {
      clip,
      start: at,
      speed: between(random, ...SPEED),
      loudness: between(random, ...LOUDNESS),
    };
    at += Math.ceil(clip.length / word.speed) + seconds(random, GAP);
    return word;
  });
  // Even: a chunk of RIFF is, or is padded.
  return { words, length: 2 * Math.ceil((at + seconds(random, EDGE)) / 2) };
}

/** Digits spoken backwards, too quiet to be taken for an answer. */
function babble(length: number, voices: readonly Voice[], random: Random): Word[] {
  const count = Math.round((length / SAMPLE_RATE) * BABBLE_PER_SECOND);
  return Array.from({ length: count }, () => ({
    clip: clipOf(voices, Math.floor(random() * 10), random).toReversed(),
    start: Math.floor(random() * length),
    speed: between(random, ...SPEED),
    loudness: between(random, ...BABBLE_LOUDNESS),
  }));
}

/** Adds a word, read at its speed: between two samples a straight line. */
function mix(track: Float32Array, { clip, start, speed, loudness }: Word): void {
  const end = Math.min(track.length, start + Math.floor((clip.length - 1) / speed));
  for (let at = start; at < end; at++) {
    const position = (at - start) * speed;
    const index = Math.floor(position);
    const before = clip[index] ?? 0;
    const after = clip[index + 1] ?? 0;
    track[at] = (track[at] ?? 0) + loudness * (before + (after - before) * (position - index));
  }
}

function addHiss(track: Float32Array, random: Random): void {
  const step = SAMPLE_RATE / 4;
  let level = between(random, ...HISS);
  for (let at = 0; at < track.length; at++) {
    if (at % step === 0) level = between(random, ...HISS);
    track[at] = (track[at] ?? 0) + level * (random() - random());
  }
}

/** RIFF WAVE, PCM, 8 bit unsigned, mono. */
function waveFile(track: Float32Array): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(44 + track.length);
  const view = new DataView(file.buffer);
  const tag = (offset: number, text: string) =>
    file.set(
      Array.from(text, (character) => character.charCodeAt(0)),
      offset,
    );
  tag(0, 'RIFF');
  view.setUint32(4, 36 + track.length, true);
  tag(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); // PCM
  view.setUint16(22, 1, true); // one channel
  view.setUint32(24, SAMPLE_RATE, true);
  view.setUint32(28, SAMPLE_RATE, true); // bytes a second
  view.setUint16(32, 1, true); // bytes a sample
  view.setUint16(34, 8, true); // bits a sample
  tag(36, 'data');
  view.setUint32(40, track.length, true);
  for (let at = 0; at < track.length; at++) {
    file[44 + at] = Math.max(0, Math.min(255, Math.round(128 + 127 * (track[at] ?? 0))));
  }
  return file;
}

const seconds = (random: Random, range: readonly [number, number]) =>
  Math.round(between(random, ...range) * SAMPLE_RATE);

function clipOf(voices: readonly Voice[], digit: number, random: Random): Float32Array {
  return voices[Math.floor(random() * voices.length)]?.[digit] ?? new Float32Array();
}
