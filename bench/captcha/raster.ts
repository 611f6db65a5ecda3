/**
 * The eyes of the pixel solvers: fills the paths of an SVG of plain `d` attributes by the non-zero
 * rule. Stroked paths (fill="none") are left out, as any attacker would.
 */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Ink, 0 to 255, row by row. */
  readonly ink: Uint8Array;
}

/** Sub-rows per pixel row, and sub-columns per pixel. */
const ROWS = 4;
const COLUMNS = 4;

interface Edge {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

export function rasterise(svg: string, width: number, height: number, scale: number): Picture {
  const edges: Edge[] = [];
  for (const [element] of svg.matchAll(/<path[^>]*>/g)) {
    if (element.includes('fill="none"')) continue;
    const inner = Number(/scale\(([\d.]+)\)/.exec(element)?.[1] ?? 1);
    collectEdges(/ d="([^"]*)"/.exec(element)?.[1] ?? '', inner * scale, edges);
  }
  return { width, height, ink: fill(edges, width, height) };
}

/** Corner lists of a path's subpaths, curves flattened. */
export function subpaths(d: string): number[][] {
  const tokens = d.match(/[a-zA-Z]|-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?/g) ?? [];
  const all: number[][] = [];
  let at = 0;
  let x = 0;
  let y = 0;
  let current: number[] = [];
  let command = '';
  const take = () => Number(tokens[at++]);
  while (at < tokens.length) {
    if (/[a-zA-Z]/.test(tokens[at]!)) command = tokens[at++]!;
    const relative = command === command.toLowerCase();
    const baseX = relative ? x : 0;
    const baseY = relative ? y : 0;
    switch (command.toLowerCase()) {
      case 'm':
        x = baseX + take();
        y = baseY + take();
        current = [x, y];
        all.push(current);
        command = relative ? 'l' : 'L';
        break;
      case 'l':
        x = baseX + take();
        y = baseY + take();
        current.push(x, y);
        break;
      case 'h':
        x = baseX + take();
        current.push(x, y);
        break;
      case 'v':
        y = baseY + take();
        current.push(x, y);
        break;
      case 'q':
      case 'c': {
        const points = [x, y];
        for (let i = command.toLowerCase() === 'q' ? 2 : 3; i > 0; i--)
          points.push(baseX + take(), baseY + take());
        for (let i = 1; i <= 6; i++) current.push(...bezier(points, i / 6));
        x = points.at(-2)!;
        y = points.at(-1)!;
        break;
      }
      case 'z':
        x = current[0] ?? x;
        y = current[1] ?? y;
        break;
      default:
        throw new Error(`no such path command here: ${command}`);
    }
  }
  return all;
}

function bezier(points: number[], t: number): number[] {
  let level = points;
  while (level.length > 2) {
    const next: number[] = [];
    for (let i = 0; i + 2 < level.length; i++)
      next.push(level[i]! + (level[i + 2]! - level[i]!) * t);
    level = next;
  }
  return level;
}

function collectEdges(d: string, scale: number, edges: Edge[]): void {
  for (const corners of subpaths(d)) {
    for (let i = 0; i < corners.length; i += 2) {
      const next = (i + 2) % corners.length;
      const y0 = corners[i + 1]! * scale;
      const y1 = corners[next + 1]! * scale;
      if (y0 !== y1) edges.push({ x0: corners[i]! * scale, y0, x1: corners[next]! * scale, y1 });
    }
  }
}

function fill(edges: Edge[], width: number, height: number): Uint8Array {
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
      if (winding === 0) continue;
      const from = Math.max(0, Math.round(row[i]![0] * COLUMNS));
      const to = Math.min(width * COLUMNS, Math.round(row[i + 1]![0] * COLUMNS));
      const base = Math.floor(number / ROWS) * width;
      for (let c = from; c < to; c++) sums[base + Math.floor(c / COLUMNS)]! += share;
    }
  });
  for (let i = 0; i < ink.length; i++) ink[i] = Math.min(255, Math.round(sums[i]!));
  return ink;
}
