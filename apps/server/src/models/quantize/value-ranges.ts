import type { NodeProto } from '@boxwire/proto/onnx/onnx';
import type { Range } from '../onnx/graph-builder.ts';
import type { OnnxModel } from '../onnx/write-onnx.ts';

/** Below it, SiLU is within 0.015 of 0: the few steps that a byte has are of more use above. */
const SILU_FLOOR = -6;
/** The least that SiLU gives, at -1.28. */
const SILU_MINIMUM = -0.2785;

/** Values that may be kept in bytes, by name, and between which numbers each lies. */
export type ValueRanges = ReadonlyMap<string, Range>;

/**
 * Which values of a network may be bytes: the image, convolutions whose batch norm tells their range and that a SiLU
 * follows, and what comes of these. What comes of anything else, as all that the head computes does, is not among them.
 */
export function valueRanges({ graph }: OnnxModel): ValueRanges {
  const ranges = new Map<string, Range>();
  const gates = siluGates(graph.nodes);
  for (const node of graph.nodes) {
    const isActivated = gates.has(node.name);
    const range = isActivated
      ? activatedRange(node, ranges, graph.expectedRanges)
      : outputRange(node, ranges, gates);
    if (range) ranges.set(node.name, range);
  }
  return ranges;
}

/** The values that a SiLU reads and nothing else does, each with its sigmoid. */
function siluGates(nodes: readonly NodeProto[]): ReadonlyMap<string, string> {
  const readers = new Map<string, NodeProto[]>();
  for (const node of nodes) {
    for (const name of node.input) readers.set(name, [...(readers.get(name) ?? []), node]);
  }
  const gates = new Map<string, string>();
  for (const { opType, input, name } of nodes) {
    const [value = ''] = input;
    const isGate = opType === 'Sigmoid' && readers.get(name)?.every((reader) => isSilu(reader, value, name));
    if (isGate && readers.get(value)?.length === 2) gates.set(value, name);
  }
  return gates;
}

function isSilu({ opType, input }: NodeProto, value: string, gate: string): boolean {
  return opType === 'Mul' && input[0] === value && input[1] === gate;
}

function activatedRange(
  { opType, name, input }: NodeProto,
  ranges: ValueRanges,
  expected: ReadonlyMap<string, () => Range>,
): Range | undefined {
  const range = opType === 'Conv' && ranges.has(input[0] ?? '') ? expected.get(name)?.() : undefined;
  return range && [Math.max(range[0], SILU_FLOOR), range[1]];
}

function outputRange(
  { opType, input }: NodeProto,
  ranges: ValueRanges,
  gates: ReadonlyMap<string, string>,
): Range | undefined {
  // Only the image comes in bytes.
  if (opType === 'DequantizeLinear') return [0, 1];
  const [first = '', second = ''] = input;
  const range = ranges.get(first);
  if (!range) return undefined;
  const [, max] = range;
  switch (opType) {
    case 'Sigmoid':
      return gates.has(first) ? [0, 1] : undefined;
    case 'Mul':
      return gates.get(first) === second ? [SILU_MINIMUM, max / (1 + Math.exp(-max))] : undefined;
    case 'Add':
      return sum(range, ranges.get(second));
    case 'Concat':
      return union(input.map((name) => ranges.get(name)));
    case 'MaxPool':
    case 'Resize':
    case 'Reshape':
    case 'Gather':
      return range;
    default:
      return undefined;
  }
}

function sum([min, max]: Range, other: Range | undefined): Range | undefined {
  return other && [min + other[0], max + other[1]];
}

function union(ranges: readonly (Range | undefined)[]): Range | undefined {
  const known = ranges.filter((range) => range !== undefined);
  if (known.length < ranges.length) return undefined;
  return [Math.min(...known.map(([min]) => min)), Math.max(...known.map(([, max]) => max))];
}
