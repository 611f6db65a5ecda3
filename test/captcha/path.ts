/** Reads the source of a picture the way an attacker does: the corners of every subpath, in order. */

/** Corners, x and y alternating. */
export type Corners = number[];

const STEPS_PER_CURVE = 6;

/** Ink of our drawing: from `x0` to `x1`, in a row of the picture. */
export interface Run {
  readonly x0: number;
  readonly x1: number;
  readonly row: number;
}

/** Of a path of level strokes, as ours is; none of any other. */
export function readRuns(svg: string): Run[] {
  const [, path = ''] = / stroke-width="2\.2" d="([-mh0-9 ]+)"/.exec(svg) ?? [];
  let [x, y] = [0, 0];
  return Array.from(path.matchAll(/m(-?\d+) ?(-?\d+)(?:h(\d+))?/g), ([, dx, dy, length = '0']) => {
    const x0 = x + Number(dx);
    x = x0 + Number(length);
    y += Number(dy);
    return { x0: x0 / 2, x1: x / 2, row: (y - 1) / 2 };
  }).filter(({ x0, x1 }) => x1 > x0);
}

/** What a solver sees: the subpaths of what is filled, or of our drawing the outlines of what hangs together. */
export function readShapes(svg: string): Corners[] {
  const runs = readRuns(svg);
  return runs.length > 0 ? regionsOf(runs).map(outlineOf) : readPaths(svg);
}

/** Runs that touch from row to row. */
function regionsOf(runs: readonly Run[]): Run[][] {
  const rows = Map.groupBy(runs, ({ row }) => row);
  const regionOf = new Map<Run, Run[]>();
  for (const run of runs) {
    const above = rows.get(run.row - 1) ?? [];
    const touching = above.filter(({ x0, x1 }) => x0 <= run.x1 && run.x0 <= x1);
    const [region = [], ...others] = new Set(touching.map((other) => regionOf.get(other)!));
    for (const member of [run, ...others.flat()]) {
      region.push(member);
      regionOf.set(member, region);
    }
  }
  return [...new Set(regionOf.values())];
}

/** Down the left ends and back up the right ones. */
function outlineOf(region: readonly Run[]): Corners {
  const down = region.toSorted((a, b) => a.row - b.row || a.x0 - b.x0);
  return [
    ...down.flatMap(({ x0, row }) => [x0, row + 0.5]),
    ...down.toReversed().flatMap(({ x1, row }) => [x1, row + 0.5]),
  ];
}

/** All subpaths of all filled paths of an SVG. Stroked paths are noise by definition and left out. */
export function readPaths(svg: string): Corners[] {
  const all: Corners[] = [];
  for (const [element] of svg.matchAll(/<path[^>]*>/g)) {
    if (element.includes('fill="none"')) continue;
    const scale = Number(/scale\(([\d.]+)\)/.exec(element)?.[1] ?? 1);
    const path = / d="([^"]*)"/.exec(element)?.[1] ?? '';
    for (const corners of readSubpaths(path)) all.push(corners.map((value) => value * scale));
  }
  return all;
}

function readSubpaths(path: string): Corners[] {
  const tokens = path.match(/[a-zA-Z]|-?(?:\d+\.?\d*|\.\d+)/g) ?? [];
  const all: Corners[] = [];
  let current: Corners = [];
  let command = '';
  let at = 0;
  let x = 0;
  let y = 0;
  const take = (base: number) => base + Number(tokens[at++]);
  while (at < tokens.length) {
    if (/[a-zA-Z]/.test(tokens[at]!)) command = tokens[at++]!;
    const kind = command.toLowerCase();
    const [baseX, baseY] = command === kind ? [x, y] : [0, 0];
    if (kind === 'z') {
      [x, y] = [current[0]!, current[1]!];
      continue;
    }
    const points: number[] = [x, y];
    for (let pair = PAIRS[kind]!; pair > 0; pair--) {
      points.push(kind === 'v' ? x : take(baseX), kind === 'h' ? y : take(baseY));
    }
    [x, y] = [points.at(-2)!, points.at(-1)!];
    if (kind === 'm') {
      all.push((current = [x, y]));
      command = command === 'm' ? 'l' : 'L';
    } else if (points.length === 4) {
      current.push(x, y);
    } else {
      for (let i = 1; i <= STEPS_PER_CURVE; i++)
        current.push(...bezier(points, i / STEPS_PER_CURVE));
    }
  }
  return all;
}

/** Points a command takes. */
const PAIRS: Readonly<Record<string, number>> = { m: 1, l: 1, h: 1, v: 1, q: 2, c: 3 };

function bezier(points: number[], t: number): number[] {
  let level = points;
  while (level.length > 2) {
    const next: number[] = [];
    for (let i = 0; i + 2 < level.length; i++) {
      next.push(level[i]! + (level[i + 2]! - level[i]!) * t);
    }
    level = next;
  }
  return level;
}
