import { endianness } from 'node:os';
import { ModelError } from '../model-error.ts';
import { readPickle } from './pickle.ts';
import { PickleObject, type PickleValue, type StorageRef, type TensorRef } from './pickle-values.ts';
import { torchVocabulary } from './torch-vocabulary.ts';
import { openZip, type ZipArchive } from './zip.ts';

/** A `.pt` file that has been read as data. */
export interface Checkpoint {
  /** The network that the file's owner would use: the averaged weights (`ema`) where there are any. */
  readonly network: PickleObject;
  /**
   * A tensor's numbers in row-major order, in a new array. The network's floats are at most 32 bits wide, so
   * nothing is lost but what was stored as float64.
   * @throws {ModelError} if its storage is missing or too short
   */
  readTensor(tensor: TensorRef): Float32Array;
}

/** How PyTorch before 1.6 began its files: a pickled magic number. */
const LEGACY_START = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

/**
 * Reads a checkpoint as `torch.save` writes it: a zip file of a pickle (`data.pkl`) and raw tensors (`data/0`, ...).
 * The bytes are kept and not changed.
 * @throws {ModelError} saying what the file is instead
 */
export function readCheckpoint(file: Uint8Array): Checkpoint {
  if (LEGACY_START.every((byte, i) => file[i] === byte)) {
    throw new ModelError('it is in the format of PyTorch before 1.6; load and save it with a newer PyTorch');
  }
  const zip = openZip(file);
  const folder = findFolder(zip);
  const root = readPickle(zip.read(`${folder}data.pkl`), torchVocabulary);
  let left = zip.totalBytes * READS_PER_BYTE;
  return {
    network: findNetwork(root),
    readTensor(tensor) {
      const values = readStorage(zip, folder, tensor.storage);
      left -= countOf(tensor);
      if (left < 0) throw new ModelError('its tensors together have far more numbers than its storages');
      return gather(values, tensor);
    },
  };
}

/** All entries stand in one folder, named after the file that was saved. */
function findFolder(zip: ZipArchive): string {
  const pickles = zip.names.filter((name) => /^[^/]*\/data\.pkl$/.test(name));
  const [path] = pickles;
  if (path === undefined || pickles.length > 1) {
    throw new ModelError('it is a zip file but not a PyTorch checkpoint: it has no data.pkl');
  }
  const folder = path.slice(0, -'data.pkl'.length);
  if (zip.has(`${folder}constants.pkl`)) {
    throw new ModelError(
      'it is a TorchScript archive; a training checkpoint (.pt) or an ONNX file is needed',
    );
  }
  const byteOrder = zip.has(`${folder}byteorder`)
    ? new TextDecoder().decode(zip.read(`${folder}byteorder`)).trim()
    : 'little';
  if (byteOrder !== 'little' || endianness() !== 'LE') {
    throw new ModelError('it was written in big-endian byte order, or this machine is of that kind');
  }
  return folder;
}

/** YOLOv5 saves a dict around the network; `torch.save(model)` saves the network alone. */
function findNetwork(root: PickleValue): PickleObject {
  if (root instanceof PickleObject) return root;
  if (!(root instanceof Map)) throw new ModelError('it is a PyTorch file but holds no model');
  const network = root.get('ema') ?? root.get('model');
  if (network instanceof PickleObject) return network;
  throw new ModelError(
    network instanceof Map || [...root.keys()].some((key) => String(key).endsWith('.weight'))
      ? 'it holds weights alone (a state dict) and not the network; save the whole model'
      : `it is a PyTorch file but holds no model, only ${listKeys(root)}`,
  );
}

function listKeys(map: Map<PickleValue, PickleValue>): string {
  const keys = [...map.keys()].filter((key) => typeof key === 'string').slice(0, 5);
  return keys.length > 0 ? keys.map((key) => JSON.stringify(key.slice(0, 40))).join(', ') : 'an empty dict';
}

/**
 * How many numbers may be read for each byte of storage. A number takes two bytes and more and is read once or twice;
 * a file whose thousand layers share one storage would become a thousand times its size.
 */
const READS_PER_BYTE = 2;

type FloatArray = Float16Array | Float32Array | Float64Array;

/** All elements of a storage: a view into the file where that is possible. */
function readStorage(zip: ZipArchive, folder: string, storage: StorageRef): FloatArray {
  const { key, type, elements, elementBytes } = storage;
  const bytes = zip.read(`${folder}data/${key}`);
  const needed = elements * elementBytes;
  if (bytes.length < needed) {
    throw new ModelError(`its storage ${key} has ${bytes.length} bytes instead of ${needed}`);
  }
  const { buffer, byteOffset } = bytes.byteOffset % elementBytes === 0 ? bytes : bytes.slice();
  switch (type) {
    case 'float16':
      return new Float16Array(buffer, byteOffset, elements);
    case 'float32':
      return new Float32Array(buffer, byteOffset, elements);
    case 'float64':
      return new Float64Array(buffer, byteOffset, elements);
    case 'bfloat16':
      return widenBfloat16(new Uint16Array(buffer, byteOffset, elements));
    default:
      throw new ModelError(`its storage ${key} holds integers where floating-point numbers are needed`);
  }
}

/** A bfloat16 is the upper half of a float32. */
function widenBfloat16(halves: Uint16Array): Float32Array {
  const words = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) words[i] = (halves[i] as number) * 0x10000;
  return new Float32Array(words.buffer);
}

function countOf({ shape }: TensorRef): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Copies a view's elements into row-major order. `TensorRef` was checked to lie inside its storage. */
function gather(values: FloatArray, tensor: TensorRef): Float32Array {
  const { offset, shape, strides } = tensor;
  const count = countOf(tensor);
  if (isRowMajor(shape, strides)) return new Float32Array(values.subarray(offset, offset + count));
  const out = new Float32Array(count);
  const index = shape.map(() => 0);
  let at = offset;
  for (let i = 0; i < count; i++) {
    out[i] = values[at] as number;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis] as number;
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < (shape[axis] as number)) break;
      at -= (strides[axis] as number) * (shape[axis] as number);
      index[axis] = 0;
    }
  }
  return out;
}

function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis] as number;
  }
  return true;
}
