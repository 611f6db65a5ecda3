/** Reads the source of a picture the way an attacker does: the corners of every subpath, in order. */

/** Corners, x and y alternating. */
export type Corners = number[];

const STEPS_PER_CURVE = 6;

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
