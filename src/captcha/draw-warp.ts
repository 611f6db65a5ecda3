import type { Place } from './draw-place.ts';
import { between, type Random } from './random.ts';

/** A chain of points of the picture, x and y alternating. */
export type Line = number[];

/** Puts a point where the deformation takes it, at the end of a line. */
export type Warp = (x: number, y: number, line: Line) => void;

/** A swell across the whole picture, in both directions: what crosses it is bent. */
export function randomWave(random: Random): Warp {
  const swayX = between(random, 2, 6);
  const swayY = between(random, 2, 7);
  const turnsX = (2 * Math.PI) / between(random, 70, 140);
  const turnsY = (2 * Math.PI) / between(random, 80, 180);
  const startX = between(random, 0, 7);
  const startY = between(random, 0, 7);
  return (x, y, line) => {
    line.push(x + swayX * Math.sin(y * turnsX + startX), y + swayY * Math.sin(x * turnsY + startY));
  };
}

/** Under 15 degrees either way, plus the wave: more and people err. */
const TURN = 0.25;
const SHEAR = 0.22;
/** The skeletons' grid runs from 0 to 9. */
const GRID_MIDDLE = 4.5;

/** From a skeleton's grid to its place, turned and sheared, then through the wave. */
export function letterWarp(place: Place, wave: Warp, random: Random): Warp {
  const turn = between(random, -TURN, TURN);
  const shear = between(random, -SHEAR, SHEAR);
  const wide = place.width / (2 * GRID_MIDDLE);
  const high = place.height / (2 * GRID_MIDDLE);
  const xx = wide * Math.cos(turn);
  const xy = -high * (Math.sin(turn) + shear * Math.cos(turn));
  const yx = wide * Math.sin(turn);
  const yy = high * (Math.cos(turn) - shear * Math.sin(turn));
  return (gridX, gridY, line) => {
    const x = gridX - GRID_MIDDLE;
    const y = gridY - GRID_MIDDLE;
    wave(place.x + x * xx + y * xy, place.y + x * yx + y * yy, line);
  };
}
