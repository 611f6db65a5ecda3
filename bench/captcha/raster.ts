/**
 * The eyes of the pixel solvers: fills the paths of an SVG of plain `d` attributes by the
 * rule it names. Stroked paths (fill="none") are left out, as any attacker would, but for the runs that our drawing is made of.
 */
import { readPaths, readRuns, type Run } from '../../test/captcha/path.ts';

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Ink, 0 to 255, row by row. */
  readonly ink: Uint8Array;
}

/** Sub-rows per pixel row, and sub-columns per pixel. */
const ROWS = 4;
const COLUMNS = 4;

const boxOf = ({ x0, x1, row }: Run) => [x0, row, x1, row, x1, row + 1, x0, row + 1];

interface Edge {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

export function rasterise(svg: string, width: number, height: number): Picture {
  const edges: Edge[] = [];
  for (const corners of readPaths(svg)) collectEdges(corners, edges);
  for (const run of readRuns(svg)) collectEdges(boxOf(run), edges);
  const inside = svg.includes('fill-rule="evenodd"') ? isOdd : isWound;
  return { width, height, ink: fill(edges, width, height, inside) };
}

const isOdd = (winding: number) => (winding & 1) === 1;
const isWound = (winding: number) => winding !== 0;

function collectEdges(corners: readonly number[], edges: Edge[]): void {
  for (let i = 0; i < corners.length; i += 2) {
    const next = (i + 2) % corners.length;
    const y0 = corners[i + 1]!;
    const y1 = corners[next + 1]!;
    if (y0 !== y1) edges.push({ x0: corners[i]!, y0, x1: corners[next]!, y1 });
  }
}

function fill(
  edges: Edge[],
  width: number,
  height: number,
  inside: (winding: number) => boolean,
): Uint8Array {
  const ink = new Uint8Array(width * height);
  const crossings: [number, number][][] = Array.from({ length: height * ROWS }, () => []);
  for (const { x0, y0, x1, y1 } of edges) {
    const [top, bottom] = y0 < y1 ? [y0, y1] : [y1, y0];
    const first = Math.max(0, Math.ceil(top * ROWS - 0.5));
    for (let row = first; row < height * ROWS && (row + 0.5) / ROWS < bottom; row++) {
      const t = ((row + 0.5) / ROWS - y0) / (y1 - y0);
      crossings[row]!.push([x0 + (x1 - x0) * t, y0 < y1 ? 1 : -1]);
    }
  }
  const share = 255 / (ROWS * COLUMNS);
  const sums = new Float32Array(width * height);
  crossings.forEach((row, number) => {
    row.sort((a, b) => a[0] - b[0]);
    let winding = 0;
    for (let i = 0; i + 1 < row.length; i++) {
      winding += row[i]![1];
      if (!inside(winding)) continue;
      const from = Math.max(0, Math.round(row[i]![0] * COLUMNS));
      const to = Math.min(width * COLUMNS, Math.round(row[i + 1]![0] * COLUMNS));
      const base = Math.floor(number / ROWS) * width;
      for (let c = from; c < to; c++) sums[base + Math.floor(c / COLUMNS)]! += share;
    }
  });
  for (let i = 0; i < ink.length; i++) ink[i] = Math.min(255, Math.round(sums[i]!));
  return ink;
}
