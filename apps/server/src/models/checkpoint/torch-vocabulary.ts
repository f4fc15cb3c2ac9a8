import { ModelError } from '../model-error.ts';
import type { PickleVocabulary } from './pickle.ts';
import {
  PickleGlobal,
  PickleObject,
  type PickleValue,
  StorageRef,
  type StorageType,
  TensorRef,
} from './pickle-values.ts';

/*
 * The names that a YOLOv5 checkpoint may use, and the data that each becomes. This list is the whole of what a
 * checkpoint can do: a name that is not here is refused, and none has code behind it.
 */

/** The layers. Which of them can be converted is decided where they are converted; here they are only data. */
const MODULE_CLASSES =
  /^(models\.(yolo|common|experimental)|torch\.nn\.(modules|parallel)\.[a-z]\w*)\.[A-Z]\w*$/;

const STORAGES: Readonly<Record<string, { type: StorageType; elementBytes: number }>> = {
  'torch.HalfStorage': { type: 'float16', elementBytes: 2 },
  'torch.BFloat16Storage': { type: 'bfloat16', elementBytes: 2 },
  'torch.FloatStorage': { type: 'float32', elementBytes: 4 },
  'torch.DoubleStorage': { type: 'float64', elementBytes: 8 },
  'torch.LongStorage': { type: 'int', elementBytes: 8 },
  'torch.IntStorage': { type: 'int', elementBytes: 4 },
  'torch.ShortStorage': { type: 'int', elementBytes: 2 },
  'torch.CharStorage': { type: 'int', elementBytes: 1 },
  'torch.ByteStorage': { type: 'int', elementBytes: 1 },
  'torch.BoolStorage': { type: 'bool', elementBytes: 1 },
};

/** Found around the model, in checkpoints of an interrupted training and from `torch.hub`; names without content. */
const IGNORED = new Set([
  '_codecs.encode',
  'argparse.Namespace',
  'datetime.datetime',
  'models.experimental.attempt_load',
  'numpy._core.multiarray._reconstruct',
  'numpy._core.multiarray.scalar',
  'numpy.core.multiarray._reconstruct',
  'numpy.core.multiarray.scalar',
  'numpy.dtype',
  'numpy.ndarray',
  'pathlib.Path',
  'pathlib.PosixPath',
  'pathlib.WindowsPath',
  'pathlib._local.PosixPath',
  'pathlib._local.WindowsPath',
  'torch.device',
  'utils.downloads.attempt_download',
]);

type Call = (args: readonly PickleValue[]) => PickleValue;

const CALLS: Readonly<Record<string, Call>> = {
  'collections.OrderedDict': toMap,
  '__builtin__.dict': toMap,
  'builtins.dict': toMap,
  '__builtin__.getattr': ignoreFusedForward,
  'builtins.getattr': ignoreFusedForward,
  '__builtin__.set': ([items = []]) => new Set(asArray(items)),
  'builtins.set': ([items = []]) => new Set(asArray(items)),
  'torch.Size': ([items = []]) => [...asArray(items)],
  'torch._utils._rebuild_parameter': ([tensor = null]) => tensor,
  'torch._utils._rebuild_tensor_v2': rebuildTensor,
};

const MAX_DIMENSIONS = 8;

export const torchVocabulary: PickleVocabulary = {
  resolve(module, name) {
    const full = `${module}.${name}`;
    const known =
      Object.hasOwn(CALLS, full) ||
      Object.hasOwn(STORAGES, full) ||
      IGNORED.has(full) ||
      MODULE_CLASSES.test(full);
    if (known) return new PickleGlobal(full);
    const hint = module.startsWith('ultralytics.')
      ? '; this is a checkpoint of the later ultralytics package (YOLOv8 and up), not of YOLOv5'
      : '';
    throw new ModelError(`it names ${printable(full)}, which no YOLOv5 checkpoint needs: refused${hint}`);
  },

  call({ name }, args) {
    const call = Object.hasOwn(CALLS, name) ? CALLS[name] : undefined;
    if (call) return call(args);
    if (Object.hasOwn(STORAGES, name)) throw new ModelError(`it calls ${name}: refused`);
    return new PickleObject(name);
  },

  loadPersistent(id) {
    const [kind, global, key, , elements] = Array.isArray(id) ? id : [];
    const storage =
      global instanceof PickleGlobal && Object.hasOwn(STORAGES, global.name)
        ? STORAGES[global.name]
        : undefined;
    if (kind !== 'storage' || !storage || typeof key !== 'string' || !isCount(elements)) {
      throw new ModelError('its pickle refers to something that is not a tensor storage');
    }
    return new StorageRef(storage.type, storage.elementBytes, key, elements);
  },
};

function toMap([items = []]: readonly PickleValue[]): PickleValue {
  const map = new Map<PickleValue, PickleValue>();
  for (const item of asArray(items)) {
    const [key, value] = asArray(item);
    if (key === undefined || value === undefined) throw new ModelError('its pickle has a broken OrderedDict');
    map.set(key, value);
  }
  return map;
}

/** Fusing sets a layer's `forward` to another of its methods. Which one follows from what the layer has. */
function ignoreFusedForward([layer, method]: readonly PickleValue[]): null {
  if (layer instanceof PickleObject && method === 'forward_fuse') return null;
  throw new ModelError('it calls getattr for more than the `forward` of a fused layer: refused');
}

/** `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks)` */
function rebuildTensor([storage, offset, size, stride]: readonly PickleValue[]): TensorRef {
  if (!(storage instanceof StorageRef)) throw new ModelError('its pickle has a tensor without a storage');
  const shape = asCounts(size, 'size');
  const strides = asCounts(stride, 'stride');
  if (!isCount(offset) || shape.length !== strides.length) {
    throw new ModelError('its pickle has a tensor whose offset or strides make no sense');
  }
  if (!shape.includes(0)) {
    const count = shape.reduce((product, length) => product * length, 1);
    const last = shape.reduce((sum, length, i) => sum + (length - 1) * (strides[i] as number), offset);
    // A view with more elements than its storage has repeats some: weights never do.
    if (last >= storage.elements || count > storage.elements) {
      throw new ModelError(
        `its pickle has a tensor [${shape}] with strides [${strides}] at ${offset}, which does not fit its storage of ${storage.elements} elements`,
      );
    }
  }
  return new TensorRef(storage, offset, shape, strides);
}

function asCounts(value: PickleValue | undefined, what: string): number[] {
  if (!Array.isArray(value) || value.length > MAX_DIMENSIONS || !value.every(isCount)) {
    throw new ModelError(`its pickle has a tensor whose ${what} makes no sense`);
  }
  return [...value];
}

function asArray(value: PickleValue): PickleValue[] {
  if (!Array.isArray(value)) throw new ModelError('its pickle has a container that is filled with no list');
  return value;
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** A name as it may be shown: whatever stood in the file, on one line and not endless. */
function printable(name: string): string {
  return JSON.stringify(name.length > 100 ? `${name.slice(0, 100)}…` : name).slice(1, -1);
}
