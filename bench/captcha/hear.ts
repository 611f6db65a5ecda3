/**
 * `node hear.ts 600`: how many of so many spoken captchas a script solves that has learnt nothing: it lays the
 * published clips over the sound, everywhere and at several speeds, and takes the six that fit best without overlapping.
 */
import { readFileSync } from 'node:fs';
import {
  readVoice,
  SAMPLE_RATE,
  samplesOf,
  type Voice,
  voicePaths,
} from '../../src/captcha/clips.ts';
import { cryptoRandom } from '../../src/captcha/random.ts';
import { speakDigits } from '../../src/captcha/speak.ts';

const PUBLIC = `${import.meta.dirname}/../../public`;
const ASKED = Number(process.argv[2] ?? 100);
const DIGITS = 6;
const SPEEDS = [0.89, 0.92, 0.95, 0.98, 1.01, 1.04, 1.07, 1.1, 1.13];

/** In samples: a frame of 32 ms begins every 10 ms. */
const FRAME = 256;
const HOP = 80;
const BANDS = 16;
/** The lowest bin that counts: 94 Hz. */
const BASS = 3;
/** In log energy: what is so much quieter than the loudest of a word is silence, and of a captcha no word. */
const SILENCE = 5;
const QUIET = 2.5;
/** Frames by which words may overlap. */
const OVERLAP = 4;

const COSINE = Float64Array.from({ length: FRAME }, (_, i) => Math.cos((2 * Math.PI * i) / FRAME));
const WINDOW = COSINE.map((cosine) => 0.5 - 0.5 * cosine);

/** Log energy in every band. */
type Frame = Float64Array;

/** A clip at some speed, its energies relative to the loudest. */
interface Known {
  digit: number;
  frames: Frame[];
}

/** A digit from one frame to another, and how far the sound there is from its clip. */
interface Place {
  digit: number;
  from: number;
  to: number;
  away: number;
}

function measure(language: string): void {
  const voices = voicePaths(language).map((path) =>
    readVoice(Uint8Array.from(readFileSync(`${PUBLIC}${path}`)).buffer),
  );
  const known = voices.flatMap(knownOf);
  const random = cryptoRandom();
  let [digits, whole] = [0, 0];
  const start = process.cpuUsage();
  for (let asked = 0; asked < ASKED; asked++) {
    const text = Array.from({ length: DIGITS }, () => Math.floor(random() * 10)).join('');
    const heard = hear(samplesOf(speakDigits(text, voices, random).buffer), known);
    if (heard === text) whole += 1;
    digits += Array.from(text).filter((digit, i) => heard[i] === digit).length;
  }
  const { user, system } = process.cpuUsage(start);
  const [each, all] = [digits / ASKED / DIGITS, whole / ASKED];
  const ms = (user + system) / 1000 / ASKED;
  console.log(
    `${language}: digits ${each.toFixed(3)}, whole ${all.toFixed(3)}, ${ms.toFixed(0)} ms`,
  );
}

function knownOf(voice: Voice): Known[] {
  return voice.flatMap((clip, digit) =>
    SPEEDS.map((speed) => {
      const frames = framesOf(atSpeed(clip, speed));
      const loudest = Math.max(...frames.map(peakOf));
      return {
        digit,
        frames: frames.map((frame) => frame.map((e) => Math.max(e - loudest, -SILENCE))),
      };
    }),
  );
}

function atSpeed(clip: Float32Array, speed: number): Float32Array {
  const length = Math.floor((clip.length - 1) / speed);
  return Float32Array.from({ length }, (_, i) => clip[Math.floor(i * speed)]!);
}

function hear(sound: Float32Array, known: readonly Known[]): string {
  const frames = framesOf(sound);
  const peaks = frames.map(peakOf);
  const places = known.flatMap((word) => placesOf(word, frames, peaks));
  const best: Place[] = [];
  for (const place of places.toSorted((a, b) => a.away - b.away)) {
    if (best.length < DIGITS && best.every((other) => apart(place, other))) best.push(place);
  }
  return best
    .toSorted((a, b) => a.from - b.from)
    .map(({ digit }) => digit)
    .join('');
}

const apart = (a: Place, b: Place) => a.from >= b.to - OVERLAP || a.to <= b.from + OVERLAP;

/** How well a clip fits wherever the sound is loud enough to be a word. */
function placesOf(
  { digit, frames }: Known,
  sound: readonly Frame[],
  peaks: readonly number[],
): Place[] {
  const loud = Math.max(...peaks) - QUIET;
  const places: Place[] = [];
  for (let from = 0; from + frames.length <= sound.length; from++) {
    const to = from + frames.length;
    const loudest = Math.max(...peaks.slice(from, to));
    if (loudest < loud) continue;
    let away = 0;
    for (let i = 0; i < frames.length; i++) away += distance(frames[i]!, sound[from + i]!, loudest);
    places.push({ digit, from, to, away: away / frames.length });
  }
  return places;
}

function distance(clip: Frame, sound: Frame, loudest: number): number {
  let sum = 0;
  for (let band = 0; band < BANDS; band++) {
    sum += (clip[band]! - Math.max(sound[band]! - loudest, -SILENCE)) ** 2;
  }
  return sum;
}

const peakOf = (frame: Frame) => Math.max(...frame);

function framesOf(sound: Float32Array): Frame[] {
  const frames: Frame[] = [];
  for (let at = 0; at + FRAME <= sound.length; at += HOP) frames.push(frameAt(sound, at));
  return frames;
}

/** A plain discrete Fourier transform, its bins summed to bands that widen upwards. */
function frameAt(sound: Float32Array, at: number): Frame {
  const energies = new Float64Array(BANDS);
  for (let bin = BASS; bin < FRAME / 2; bin++) {
    let [real, imaginary] = [0, 0];
    for (let i = 0; i < FRAME; i++) {
      const sample = sound[at + i]! * WINDOW[i]!;
      const turn = bin * i;
      real += sample * COSINE[turn % FRAME]!;
      imaginary += sample * COSINE[(turn + FRAME / 4) % FRAME]!;
    }
    energies[bandOf(bin)]! += real ** 2 + imaginary ** 2;
  }
  return energies.map((energy) => Math.log(energy + 1e-4));
}

function bandOf(bin: number): number {
  const [low, high] = [pitchOf(BASS), pitchOf(FRAME / 2)];
  return Math.floor(((pitchOf(bin) - low) / (high - low)) * BANDS);
}

/** The mel scale, but for its unit. */
function pitchOf(bin: number): number {
  return Math.log1p((bin * SAMPLE_RATE) / FRAME / 700);
}

for (const language of ['en', 'zh']) measure(language);
