// Neural network layers as their definitions have them, one loop a dimension, in double precision: slow, and
// written without a look at the graph that they are to check.

export interface FeatureMap {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** `[channels, height, width]` */
  readonly data: Float64Array;
}

function featureMap(channels: number, height: number, width: number): FeatureMap {
  return { channels, height, width, data: new Float64Array(channels * height * width) };
}

/** A value of the map, or of the border around it. */
export function valueAt(map: FeatureMap, c: number, y: number, x: number, border = 0): number {
  if (y < 0 || x < 0 || y >= map.height || x >= map.width) return border;
  return map.data[(c * map.height + y) * map.width + x] as number;
}

/** A map of a given size whose values a function says. */
export function fill(
  channels: number,
  height: number,
  width: number,
  value: (c: number, y: number, x: number) => number,
): FeatureMap {
  const map = featureMap(channels, height, width);
  let at = 0;
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) map.data[at++] = value(c, y, x);
    }
  }
  return map;
}

export function apply(map: FeatureMap, change: (value: number, channel: number) => number): FeatureMap {
  return fill(map.channels, map.height, map.width, (c, y, x) => change(valueAt(map, c, y, x), c));
}

export function add(a: FeatureMap, b: FeatureMap): FeatureMap {
  return fill(a.channels, a.height, a.width, (c, y, x) => valueAt(a, c, y, x) + valueAt(b, c, y, x));
}

export function concatenate(...maps: FeatureMap[]): FeatureMap {
  const [first] = maps as [FeatureMap];
  const channels = maps.reduce((sum, map) => sum + map.channels, 0);
  const out = featureMap(channels, first.height, first.width);
  let at = 0;
  for (const map of maps) {
    out.data.set(map.data, at);
    at += map.data.length;
  }
  return out;
}

/** @param weight `[outputs, inputs / groups, size, size]` */
export function convolve(
  map: FeatureMap,
  weight: readonly number[],
  outputs: number,
  { size, stride, padding, groups }: { size: number; stride: number; padding: number; groups: number },
): FeatureMap {
  const inputs = map.channels / groups;
  const height = Math.floor((map.height + 2 * padding - size) / stride) + 1;
  const width = Math.floor((map.width + 2 * padding - size) / stride) + 1;
  return fill(outputs, height, width, (o, y, x) => {
    const firstInput = Math.floor(o / (outputs / groups)) * inputs;
    let sum = 0;
    for (let i = 0; i < inputs; i++) {
      for (let ky = 0; ky < size; ky++) {
        for (let kx = 0; kx < size; kx++) {
          const w = weight[((o * inputs + i) * size + ky) * size + kx] as number;
          sum += w * valueAt(map, firstInput + i, y * stride + ky - padding, x * stride + kx - padding);
        }
      }
    }
    return sum;
  });
}

/** In steps of one, with as much border as keeps the size. */
export function maxPool(map: FeatureMap, size: number): FeatureMap {
  const half = (size - 1) / 2;
  return fill(map.channels, map.height, map.width, (c, y, x) => {
    let max = Number.NEGATIVE_INFINITY;
    for (let dy = -half; dy <= half; dy++) {
      for (let dx = -half; dx <= half; dx++) {
        max = Math.max(max, valueAt(map, c, y + dy, x + dx, Number.NEGATIVE_INFINITY));
      }
    }
    return max;
  });
}

export function enlarge(map: FeatureMap): FeatureMap {
  return fill(map.channels, map.height * 2, map.width * 2, (c, y, x) => valueAt(map, c, y >> 1, x >> 1));
}

/** Even rows and columns, odd rows, odd columns, both odd: four maps of half the size, one after the other. */
export function focus(map: FeatureMap): FeatureMap {
  const part = (dy: number, dx: number) =>
    fill(map.channels, map.height / 2, map.width / 2, (c, y, x) => valueAt(map, c, 2 * y + dy, 2 * x + dx));
  return concatenate(part(0, 0), part(1, 0), part(0, 1), part(1, 1));
}

export const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));
