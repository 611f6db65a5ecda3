import { encode } from './draw-encode.ts';
import { inkLine, type Line, type Pen, type Piece } from './draw-stroke.ts';
import { trace, type Warp } from './draw-line.ts';
import { SKELETONS } from './glyphs.ts';
import type { Random } from './random.ts';

export type { Random } from './random.ts';

export const CAPTCHA_ALPHABET = Object.keys(SKELETONS).join('');

/** The picture, in half-units: 200 by 75 of its viewBox. */
const WIDTH = 400;
const HEIGHT = 150;

export function drawCaptcha(text: string, random: Random): string {
  const pieces: Piece[] = [];
  const wave = randomWave(random);
  const between = (low: number, high: number) => low + (high - low) * random();
  const angle = between(0, Math.PI);
  const thick = between(4.5, 6.5);
  const pen: Pen = {
    thick,
    thin: thick * between(0.55, 0.9),
    nibX: Math.cos(angle),
    nibY: Math.sin(angle),
  };
  const n = text.length;
  const room = WIDTH / n;
  const widths: number[] = [];
  let total = 0;
  for (let i = 0; i < n; i++) {
    const w = room * between(0.5, 0.7);
    widths.push(w);
    total += w;
  }
  const gapRoom = WIDTH - 44 - total;
  const weights: number[] = [];
  let sum = 0;
  for (let i = 0; i <= n; i++) {
    const g = between(0.15, 1) * (i === 0 || i === n ? 1 : 1);
    weights.push(g);
    sum += g;
  }
  let x = 22;
  for (let i = 0; i < n; i++) {
    x += (weights[i]! / sum) * gapRoom;
    const w = widths[i]!;
    const h = between(70, 100);
    const cx = x + w / 2;
    const cy = HEIGHT / 2 + between(-1, 1) * (HEIGHT / 2 - h / 2 - 8);
    drawGlyph(
      text[i]!.toUpperCase(),
      glyphWarp(cx, cy, w, h, wave, random),
      h / 10,
      pen,
      random,
      pieces,
    );
    x += w;
  }
  for (let i = 0; i < 10; i++) drawDecoy(wave, pen, random, pieces);
  return encode(pieces, random);
}

interface Wave {
  move(x: number, y: number, line: Line): void;
}

function randomWave(random: Random): Wave {
  const between = (low: number, high: number) => low + (high - low) * random();
  const ax = between(2, 6);
  const ay = between(2, 7);
  const fx = (2 * Math.PI) / between(70, 140);
  const fy = (2 * Math.PI) / between(80, 180);
  const px = between(0, 7);
  const py = between(0, 7);
  return {
    move(x, y, line) {
      line.x.push(x + ax * Math.sin(y * fx + px));
      line.y.push(y + ay * Math.sin(x * fy + py));
    },
  };
}

function glyphWarp(cx: number, cy: number, w: number, h: number, wave: Wave, random: Random): Warp {
  const turn = (random() - 0.5) * 0.5;
  const shear = (random() - 0.5) * 0.5;
  const cos = Math.cos(turn);
  const sin = Math.sin(turn);
  return (gx, gy, line) => {
    const v = ((gy - 4.5) / 9) * h;
    const u = ((gx - 4.5) / 9) * w - shear * v;
    wave.move(cx + u * cos - v * sin, cy + u * sin + v * cos, line);
  };
}

function drawGlyph(
  letter: string,
  warp: Warp,
  reach: number,
  pen: Pen,
  random: Random,
  pieces: Piece[],
) {
  const skeletons = SKELETONS[letter]!;
  const skeleton = skeletons[Math.floor(random() * skeletons.length)]!;
  for (const stroke of skeleton.split(' ')) {
    const smooth = stroke[0] === '~';
    const points: number[] = [];
    for (let i = smooth ? 1 : 0; i < stroke.length; i++) {
      points.push(stroke.charCodeAt(i) - 48 + (random() - 0.5) * 0.9);
    }
    for (const line of trace(points, smooth, reach, warp, random))
      inkLine(line, pen, random, pieces);
  }
}

function drawDecoy(wave: Wave, pen: Pen, random: Random, pieces: Piece[]) {
  const x = 8 + random() * (WIDTH - 16);
  const y = 8 + random() * (HEIGHT - 16);
  const a = random() * 7;
  const l = 6 + random() * 9;
  const b = (random() - 0.5) * 20;
  const dx = Math.cos(a) * l;
  const dy = Math.sin(a) * l;
  for (const line of trace(
    [x - dx, y - dy, x - (dy * b) / l, y + (dx * b) / l, x + dx, y + dy],
    true,
    1,
    wave.move,
    random,
  ))
    inkLine(line, pen, random, pieces);
}
