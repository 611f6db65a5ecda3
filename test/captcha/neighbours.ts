/** k nearest neighbours over measures brought to one scale: learns a few thousand letters at once. */
export type Classifier = (features: readonly number[]) => string;

const NEIGHBOURS = 5;

export function learnNeighbours(
  samples: readonly (readonly number[])[],
  labels: readonly string[],
): Classifier {
  const size = samples[0]!.length;
  const scale = scaleOf(samples);
  const known = new Float32Array(samples.length * size);
  samples.forEach((features, row) => {
    for (let i = 0; i < size; i++) known[row * size + i] = features[i]! * scale[i]!;
  });
  return (features) => {
    const asked = Float32Array.from(features, (value, i) => value * scale[i]!);
    return vote(closest(known, asked), labels);
  };
}

/** One over each measure's standard deviation; a measure that never varies says nothing. */
function scaleOf(samples: readonly (readonly number[])[]): number[] {
  return samples[0]!.map((_, i) => {
    let [sum, squares] = [0, 0];
    for (const features of samples) {
      sum += features[i]!;
      squares += features[i]! ** 2;
    }
    const variance = squares / samples.length - (sum / samples.length) ** 2;
    return variance > 1e-9 ? 1 / Math.sqrt(variance) : 0;
  });
}

function closest(known: Float32Array, asked: Float32Array): { row: number; distance: number }[] {
  const size = asked.length;
  const best: { row: number; distance: number }[] = [];
  let limit = Infinity;
  for (let row = 0, at = 0; at < known.length; row++, at += size) {
    let distance = 0;
    for (let i = 0; i < size && distance < limit; i++)
      distance += (known[at + i]! - asked[i]!) ** 2;
    if (distance >= limit) continue;
    best.push({ row, distance });
    best.sort((a, b) => a.distance - b.distance);
    if (best.length > NEIGHBOURS) best.pop();
    if (best.length === NEIGHBOURS) limit = best.at(-1)!.distance;
  }
  return best;
}

function vote(
  best: readonly { row: number; distance: number }[],
  labels: readonly string[],
): string {
  const votes = new Map<string, number>();
  for (const { row, distance } of best) {
    votes.set(labels[row]!, (votes.get(labels[row]!) ?? 0) + 1 / (distance + 1e-6));
  }
  return [...votes].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? '';
}
