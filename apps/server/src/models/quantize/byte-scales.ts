import type { NodeProto } from '@boxwire/proto/onnx/onnx';
import type { Range } from '../onnx/graph-builder.ts';
import type { ValueRanges } from './value-ranges.ts';

/** What a byte means: `(byte - zero) * scale`. */
export interface ByteScale {
  readonly scale: number;
  /** 0 to 255. */
  readonly zero: number;
}

/** Operations that only pass numbers on: with one scale for all that go in and out, bytes are copied. */
const PASSING = new Set(['Concat', 'MaxPool', 'Resize', 'Reshape', 'Gather']);

/** The scale of every value that may be bytes. */
export function byteScales(nodes: readonly NodeProto[], ranges: ValueRanges): ReadonlyMap<string, ByteScale> {
  const groups = new Map<string, Set<string>>();
  for (const name of ranges.keys()) groups.set(name, new Set([name]));
  for (const { opType, name, input } of nodes) {
    if (!PASSING.has(opType) || !ranges.has(name)) continue;
    const members = new Set([name, ...input].flatMap((value) => [...(groups.get(value) ?? [])]));
    for (const member of members) groups.set(member, members);
  }
  return new Map(
    Array.from(groups, ([name, members]) => [name, toScale([...members].map((one) => ranges.get(one)))]),
  );
}

/** 0 must have a byte of its own: it is what convolutions pad with. */
function toScale(ranges: readonly (Range | undefined)[]): ByteScale {
  const min = Math.min(0, ...ranges.map((range) => range?.[0] ?? 0));
  const max = Math.max(0, ...ranges.map((range) => range?.[1] ?? 0));
  const scale = Math.fround((max - min) / 255) || 1;
  return { scale, zero: Math.round((0 - min) / scale) };
}
