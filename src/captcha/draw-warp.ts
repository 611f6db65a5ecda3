import { between, type Random } from './random.ts';

/** A chain of points of the picture, x and y alternating. */
export type Line = number[];

/** Puts a point where the deformation takes it, at the end of a line. */
export type Warp = (x: number, y: number, line: Line) => void;

/** How far the swell takes a point, of the size of what it bends. */
const SWAY_MIN = 0.08;
const SWAY_MAX = 0.18;

/** A swell in both directions, in proportion to what it bends and longer than it: what bends twice is hard to read. */
export function randomWave(size: number, random: Random): Warp {
  const swayX = size * between(random, SWAY_MIN, SWAY_MAX);
  const swayY = size * between(random, SWAY_MIN, SWAY_MAX);
  const turnsX = 1 / (size * between(random, 1.8, 3.2));
  const turnsY = 1 / (size * between(random, 1.8, 3.2));
  const startX = random();
  const startY = random();
  return (x, y, line) => {
    line.push(x + swayX * swell(y * turnsX + startX), y + swayY * swell(x * turnsY + startY));
  };
}

/** From -1 to 1 and back in each turn, by two parabolas: as good as a sine here, and a tenth of the drawing's time less. */
export function swell(turns: number): number {
  const half = 2 * (turns - Math.floor(turns)) - 1;
  return 4 * half * (1 - Math.abs(half));
}

/**
 * Stems lean by up to 26 degrees and bars by up to 20, partly together: the angle between them stays within 28 degrees of a right
 * one, because an L that opens further is a line. A letter may be broader at its foot than at its head or the other way
 * round. Straight strokes stay straight: this costs a reader nothing, a network much.
 */
const STEM_SLANT = 0.45;
const BAR_WITH_STEM = 0.35;
const BAR_SLANT = 0.2;
const TAPER = 0.25;
/** The skeletons' grid runs from 0 to 9. */
const GRID_MIDDLE = 4.5;

/** From a skeleton's grid to its size, tapered and slanted, then through a wave. */
export function letterWarp(width: number, height: number, random: Random): Warp {
  const wave = randomWave(height, random);
  const stem = between(random, -STEM_SLANT, STEM_SLANT);
  const bar = BAR_WITH_STEM * stem + between(random, -BAR_SLANT, BAR_SLANT);
  const taper = between(random, -TAPER, TAPER) / GRID_MIDDLE;
  const wide = width / (2 * GRID_MIDDLE);
  const high = height / (2 * GRID_MIDDLE);
  const xx = wide * Math.cos(bar);
  const yx = wide * Math.sin(bar);
  const xy = -high * Math.sin(stem);
  const yy = high * Math.cos(stem);
  return (gridX, gridY, line) => {
    const y = gridY - GRID_MIDDLE;
    const x = (gridX - GRID_MIDDLE) * (1 + taper * y);
    wave(x * xx + y * xy, x * yx + y * yy, line);
  };
}
