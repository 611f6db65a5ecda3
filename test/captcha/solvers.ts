/** Three attacks on the source of the picture. Each learns from labelled pictures and returns a solver. */
import { learnNeighbours } from './neighbours.ts';
import { type Corners, readShapes } from './path.ts';
import { areaOf, boxOf, eachEdge, gatherLetters } from './shape.ts';

export interface Labelled {
  readonly text: string;
  readonly svg: string;
}
export type Solver = (svg: string) => string;
export type Attack = (labelled: readonly Labelled[]) => Solver;

/** Looks every subpath up by how its outline turns: the same for a letter however it is moved. */
export const pathSignature: Attack = (labelled) => {
  const seen = new Map<string, Map<string, number>>();
  for (const { text, svg } of labelled) {
    signatures(svg, text.length).forEach((group, i) => {
      for (const signature of group) {
        const letters = seen.get(signature) ?? new Map<string, number>();
        letters.set(text[i]!, (letters.get(text[i]!) ?? 0) + 1);
        seen.set(signature, letters);
      }
    });
  }
  const length = labelled[0]!.text.length;
  return (svg) =>
    signatures(svg, length)
      .map((group) => mostLikely(group.map((signature) => seen.get(signature))))
      .join('');
};

function signatures(svg: string, length: number): string[][] {
  return gatherLetters(readShapes(svg), length).map((letter) => letter.map(turns));
}

/** For each corner of the outline: left or right, and whether the next edge is longer or shorter. */
function turns(corners: Corners): string {
  let code = '';
  const count = corners.length;
  for (let i = 0; i < count; i += 2) {
    const [b, c] = [(i + 2) % count, (i + 4) % count];
    const [inX, inY] = [corners[b]! - corners[i]!, corners[b + 1]! - corners[i + 1]!];
    const [outX, outY] = [corners[c]! - corners[b]!, corners[c + 1]! - corners[b + 1]!];
    const growth = Math.hypot(outX, outY) / Math.hypot(inX, inY);
    code += inX * outY > inY * outX ? 'r' : 'l';
    code += growth > 1.3 ? '+' : growth < 0.75 ? '-' : '=';
  }
  return code;
}

/** Adds up what each signature says, in shares, so that common ones do not drown telling ones. */
function mostLikely(votes: readonly (ReadonlyMap<string, number> | undefined)[]): string {
  const shares = new Map<string, number>();
  for (const letters of votes) {
    if (!letters) continue;
    const total = [...letters.values()].reduce((sum, count) => sum + count, 0);
    for (const [letter, count] of letters) {
      shares.set(letter, (shares.get(letter) ?? 0) + (count / total) ** 2);
    }
  }
  return [...shares].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? '?';
}

/** Nearest neighbours over counts, lengths, areas and directions of each letter's subpaths. */
export const pathStatistics: Attack = (labelled) => byLetter(labelled, statistics);

function statistics(letter: readonly Corners[]): number[] {
  const { width, height } = boxOf(letter);
  const directions = Array.from({ length: 12 }, () => 0);
  let [corners, length, area, longest] = [0, 0, 0, 0];
  for (const subpath of letter) {
    corners += subpath.length / 2;
    area += Math.abs(areaOf(subpath));
    eachEdge(subpath, (x0, y0, x1, y1) => {
      const edge = Math.hypot(x1 - x0, y1 - y0);
      const angle = Math.atan2(y1 - y0, x1 - x0) + Math.PI;
      directions[Math.floor((angle / (2 * Math.PI)) * 12) % 12]! += edge;
      length += edge;
      longest = Math.max(longest, edge);
    });
  }
  const shares = directions.map((sum) => sum / (length || 1));
  const filling = area / (width * height || 1);
  const aspect = width / (height || 1);
  return [letter.length, corners, length, area, longest, width, height, aspect, filling, ...shares];
}

/** Nearest neighbours over where in its box each letter has outline: the letter's shape itself. */
export const geometry: Attack = (labelled) => byLetter(labelled, outlineGrid);

const GRID = 8;
const SAMPLE_EVERY = 0.8;

function outlineGrid(letter: readonly Corners[]): number[] {
  const { left, top, width, height } = boxOf(letter);
  const cells = Array.from({ length: GRID * GRID }, () => 0);
  let total = 0;
  for (const subpath of letter) {
    eachEdge(subpath, (x0, y0, x1, y1) => {
      const samples = Math.ceil(Math.hypot(x1 - x0, y1 - y0) / SAMPLE_EVERY);
      for (let i = 0; i < samples; i++) {
        const x = (x0 + ((x1 - x0) * i) / samples - left) / (width || 1);
        const y = (y0 + ((y1 - y0) * i) / samples - top) / (height || 1);
        const column = Math.min(GRID - 1, Math.floor(x * GRID));
        cells[Math.min(GRID - 1, Math.floor(y * GRID)) * GRID + column]! += 1;
      }
      total += samples;
    });
  }
  return cells.map((count) => count / (total || 1));
}

function byLetter(
  labelled: readonly Labelled[],
  measure: (letter: readonly Corners[]) => number[],
): Solver {
  const length = labelled[0]!.text.length;
  const letters = (svg: string) => gatherLetters(readShapes(svg), length).map(measure);
  const classify = learnNeighbours(
    labelled.flatMap(({ svg }) => letters(svg)),
    labelled.flatMap(({ text }) => Array.from(text)),
  );
  return (svg) => letters(svg).map(classify).join('');
}
