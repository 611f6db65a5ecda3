import { between, type Random } from './random.ts';

/** A chain of points of the picture, x and y alternating. */
export type Line = number[];

/** Puts a point where the deformation takes it, at the end of a line. */
export type Warp = (x: number, y: number, line: Line) => void;

/** How far the swell takes a point, of the size of what it bends. */
const SWAY_MIN = 0.05;
const SWAY_MAX = 0.12;

/** A swell in both directions, in proportion to what it bends: small letters bear little. */
export function randomWave(size: number, random: Random): Warp {
  const swayX = size * between(random, SWAY_MIN, SWAY_MAX);
  const swayY = size * between(random, SWAY_MIN, SWAY_MAX);
  const turnsX = 1 / (size * between(random, 0.85, 1.7));
  const turnsY = 1 / (size * between(random, 0.85, 1.9));
  const startX = random();
  const startY = random();
  return (x, y, line) => {
    line.push(x + swayX * swell(y * turnsX + startX), y + swayY * swell(x * turnsY + startY));
  };
}

/** From -1 to 1 and back in each turn, by two parabolas: as good as a sine here, and a tenth of the drawing's time less. */
function swell(turns: number): number {
  const half = 2 * (turns - Math.floor(turns)) - 1;
  return 4 * half * (1 - Math.abs(half));
}

/** Some 15 degrees either way, plus the wave: more and people err. */
const TURN = 0.3;
const SHEAR = 0.22;
/** The skeletons' grid runs from 0 to 9. */
const GRID_MIDDLE = 4.5;

/** From a skeleton's grid to its size, turned and sheared, then through a wave. */
export function letterWarp(width: number, height: number, random: Random): Warp {
  const wave = randomWave(height, random);
  const turn = between(random, -TURN, TURN);
  const shear = between(random, -SHEAR, SHEAR);
  const wide = width / (2 * GRID_MIDDLE);
  const high = height / (2 * GRID_MIDDLE);
  const xx = wide * Math.cos(turn);
  const xy = -high * (Math.sin(turn) + shear * Math.cos(turn));
  const yx = wide * Math.sin(turn);
  const yy = high * (Math.cos(turn) - shear * Math.sin(turn));
  return (gridX, gridY, line) => {
    const x = gridX - GRID_MIDDLE;
    const y = gridY - GRID_MIDDLE;
    wave(x * xx + y * xy, x * yx + y * yy, line);
  };
}
