import { describe, expect, test } from 'vitest';
import { type Checkpoint, readCheckpoint } from '../../src/models/checkpoint/checkpoint.ts';
import { readPickle } from '../../src/models/checkpoint/pickle.ts';
import { PickleObject, type PickleValue, TensorRef } from '../../src/models/checkpoint/pickle-values.ts';
import { torchVocabulary } from '../../src/models/checkpoint/torch-vocabulary.ts';
import { ModelError } from '../../src/models/model-error.ts';
import { convertCheckpoint } from '../../src/models/yolov5/convert-checkpoint.ts';
import {
  orderedDict,
  PyCall,
  PyGlobal,
  PyObject,
  PyTensor,
  PyTuple,
  type TensorLayout,
} from './support/python-values.ts';
import { p6Network } from './support/test-networks.ts';
import { packNumbers, writePickle } from './support/write-pickle.ts';
import { packCheckpoint, writeCheckpoint, writeZip } from './support/write-zip.ts';

function roundTrip(value: unknown): PickleValue {
  return readPickle(writePickle(value).pickle, torchVocabulary);
}

/** A pickle of these opcodes, between the protocol's number and the end. */
function pickleOf(...opcodes: (string | number[])[]): Uint8Array {
  const parts = opcodes.map((part) =>
    typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part),
  );
  return Buffer.concat([Buffer.from([0x80, 2]), ...parts, Buffer.from('.')]);
}

describe('a pickle as data', () => {
  const values: [string, unknown, unknown][] = [
    ['None', null, null],
    ['bools', [true, false], [true, false]],
    ['whole numbers', [0, 255, 256, -1, 2 ** 31 - 1, -(2 ** 31), 2 ** 40, -(2 ** 40)], undefined],
    ['a number beyond 2^53', 2 ** 62, 2n ** 62n],
    ['floats', [0.5, -1e-300, 0.001], undefined],
    ['text', ['', 'ネジ "M4"', "it's"], undefined],
    ['an empty list', [], undefined],
    [
      'tuples of all sizes',
      [0, 1, 2, 3, 4].map((n) => new PyTuple(...Array(n).keys())),
      [[], [0], [0, 1], [0, 1, 2], [0, 1, 2, 3]],
    ],
    [
      'a dict',
      new Map<unknown, unknown>([
        [0, 'a'],
        ['b', [1]],
      ]),
      undefined,
    ],
    [
      'an OrderedDict',
      orderedDict({ a: 1, b: 2 }),
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
    ],
    [
      'an OrderedDict from a list',
      new PyCall(new PyGlobal('collections', 'OrderedDict'), [new PyTuple('a', 1)]),
      new Map([['a', 1]]),
    ],
    ['a set', new PyCall(new PyGlobal('__builtin__', 'set'), [1, 2]), new Set([1, 2])],
    ['a size', new PyCall(new PyGlobal('torch', 'Size'), new PyTuple(3, 4)), [3, 4]],
  ];
  test.each(values)('%s', (_, written, read) => {
    expect(roundTrip(written)).toEqual(read ?? written);
  });

  test("an object is its class's name and its attributes", () => {
    const read = roundTrip(new PyObject(new PyGlobal('models.common', 'Conv'), { i: 3 })) as PickleObject;
    expect(read).toBeInstanceOf(PickleObject);
    expect(read.className).toBe('models.common.Conv');
    expect(read.attributes).toEqual(new Map([['i', 3]]));
  });

  test('a list that contains itself', () => {
    const read = readPickle(pickleOf(']q\x00h\x00a'), torchVocabulary) as PickleValue[];
    expect(read[0]).toBe(read);
  });

  test('what a training leaves around the model is kept as a name', () => {
    const scalar = new PyCall(
      new PyGlobal('numpy.core.multiarray', 'scalar'),
      new PyGlobal('numpy', 'dtype'),
      1,
    );
    expect(roundTrip({ best_fitness: scalar })).toEqual(
      new Map([['best_fitness', new PickleObject('numpy.core.multiarray.scalar')]]),
    );
  });
});

describe('names that are not on the list are refused by name', () => {
  const names: [string, string][] = [
    ['os', 'system'],
    ['posix', 'system'],
    ['nt', 'system'],
    ['subprocess', 'Popen'],
    ['builtins', 'eval'],
    ['builtins', 'exec'],
    ['__builtin__', 'getattr'],
    ['builtins', '__import__'],
    ['torch', 'load'],
    ['torch._utils', '_rebuild_tensor'],
    ['torch.hub', 'load'],
    ['torch.jit', 'load'],
    ['numpy', 'load'],
    ['models.common', 'os.system'],
    ['models.common', 'autopad'],
    ['models.common.Conv', 'forward'],
    ['models.yolo', '__class__'],
    ['torch.nn.modules', 'Conv2d'],
    ['torch.nn.modules.module', 'os.Path'],
    ['webbrowser', 'open'],
    ['runpy', '_run_code'],
    ['constructor', 'prototype'],
    ['__proto__', 'toString'],
  ];
  test.each(names)('%s.%s', (module, name) => {
    for (const pickle of [
      writePickle(new PyCall(new PyGlobal(module, name), 'echo hacked')).pickle,
      writePickle([new PyGlobal(module, name)]).pickle,
    ]) {
      expect(() => readPickle(pickle, torchVocabulary)).toThrow(ModelError);
      expect(() => readPickle(pickle, torchVocabulary)).toThrow(`it names ${module}.${name}, which`);
    }
  });

  test('also where nobody would look at them', () => {
    const hidden = {
      epoch: 1,
      junk: new PyCall(new PyGlobal('os', 'system'), 'x'),
      model: p6Network().pickled,
    };
    expect(() => convertCheckpoint(writeCheckpoint(hidden))).toThrow(/it names os\.system/);
  });

  test('a later YOLO is called what it is', () => {
    const other = new PyObject(new PyGlobal('ultralytics.nn.tasks', 'DetectionModel'), {});
    expect(() => readCheckpoint(writeCheckpoint({ model: other }))).toThrow(/YOLOv8 and up/);
  });

  test('a name is shown on one line and not endless', () => {
    const pickle = pickleOf(`cos\n${'x'.repeat(10_000)}\x07\n`);
    expect(() => readPickle(pickle, torchVocabulary)).toThrow(/^it names os\.x{97}…, which/);
  });
});

/** Calls a function a hundred times with the same thousand items. */
function copies(callable: string, item = 'N'): Uint8Array {
  return pickleOf(
    `](${item.repeat(1000)}e\x85q\x00${callable}q\x01`,
    '(',
    'h\x01h\x00R'.repeat(100),
    't\x87',
  );
}

function sharedAttributes(): Uint8Array {
  const attributes = Array.from({ length: 200 }, (_, i) => `K${String.fromCharCode(i)}N`).join('');
  return pickleOf(
    `}(${attributes}uq\x00cmodels.common\nConv\nq\x01`,
    '(',
    'h\x01)\x81h\x00b'.repeat(100),
    't\x87',
  );
}

describe('damaged and hostile pickles', () => {
  const huge = [0xff, 0xff, 0xff, 0xff];
  const cases: [string, Uint8Array, RegExp][] = [
    ['nothing', new Uint8Array(), /protocol 2/],
    ['text', Buffer.from('I1\n.'), /protocol 2/],
    ['protocol 4', Buffer.from([0x80, 4, 0x4e, 0x2e]), /of protocol 4/],
    ['an unknown opcode', pickleOf([0xff]), /opcode 0xff at byte 2/],
    ['an opcode of another protocol', pickleOf('I1\n'), /opcode 0x49/],
    ['INST, which would make an object', pickleOf('(ios\nsystem\n'), /opcode 0x69/],
    ['OBJ', pickleOf('(o'), /opcode 0x6f/],
    ['EXT1', pickleOf('\x82\x01'), /opcode 0x82/],
    ['PERSID', pickleOf('Pid\n'), /opcode 0x50/],
    ['an empty stack', pickleOf(''), /a value is missing/],
    ['values left over', pickleOf('NN'), /left over/],
    ['a mark at the end', pickleOf('('), /a value is missing/],
    ['a huge text', pickleOf('X', huge), /cut short/],
    ['a huge byte string', pickleOf('T', huge), /cut short/],
    ['a long number', pickleOf('\x8a', [0xff], [1, 2, 3]), /cut short/],
    ['a group without a beginning', pickleOf('t'), /never began/],
    ['a huge memo index', pickleOf('r', huge), /nothing to remember/],
    ['an empty memo', pickleOf('j', huge), /number 4294967295 was never stored/],
    ['a mark in the memo', pickleOf('(q\x00'), /nothing to remember/],
    ['items for no list', pickleOf('NNa'), /items without a list/],
    ['items for no dict', pickleOf('N(NNu'), /items without a dict/],
    ['a key without a value', pickleOf('}(Nu'), /a key without a value/],
    ['attributes for nothing', pickleOf('Nb'), /attributes without an object/],
    ['calling a list', pickleOf('])R'), /something is called that is not a name/],
    ['calling without a tuple', pickleOf('ccollections\nOrderedDict\nNR'), /without a tuple/],
    ['calling a storage', pickleOf('ctorch\nFloatStorage\n)R'), /it calls torch\.FloatStorage/],
    ['a name without an end', pickleOf('cos'), /cut short/],
    ['a set of nothing', pickleOf('c__builtin__\nset\nK\x01\x85R'), /filled with no list/],
    ['a broken OrderedDict', pickleOf('ccollections\nOrderedDict\n](]e\x85R'), /broken OrderedDict/],
    ['a size of a list, again and again', copies('ctorch\nSize\n'), /copies more than it holds/],
    ['a set of a list, again and again', copies('c__builtin__\nset\n'), /copies more than it holds/],
    [
      'a dict of pairs, again and again',
      copies('ccollections\nOrderedDict\n', 'K\x01K\x02\x86'),
      /copies more than it holds/,
    ],
    ['the same attributes for many objects', sharedAttributes(), /copies more than it holds/],
    ['something persistent', pickleOf('NQ'), /not a tensor storage/],
    ['a storage of a strange kind', pickleOf('(X\x07\x00\x00\x00storagecos\nPath\n'), /os\.Path/],
  ];
  test.each(cases)('%s', (_, pickle, message) => {
    expect(() => readPickle(pickle, torchVocabulary)).toThrow(ModelError);
    expect(() => readPickle(pickle, torchVocabulary)).toThrow(message);
  });

  test('a pickle that is too large', () => {
    expect(() => readPickle(new Uint8Array(64 * 2 ** 20 + 1), torchVocabulary)).toThrow(/at most 67108864/);
  });

  test('a list in a list in a list ...', () => {
    const depth = 1_000_000;
    const pickle = pickleOf(']'.repeat(depth), 'a'.repeat(depth - 1));
    expect(Array.isArray(readPickle(pickle, torchVocabulary))).toBe(true);
    expect(() => readCheckpoint(packCheckpoint({ pickle, storages: new Map() }))).toThrow(/holds no model/);
  });

  test('a network that contains itself', () => {
    const sequential = 'ctorch.nn.modules.container\nSequential\n';
    const key = (text: string) => `X${String.fromCharCode(text.length)}\x00\x00\x00${text}`;
    // s = Sequential(); s._modules = {'0': s}; DetectionModel().model = s
    const inner = `${sequential})\x81q\x00}(${key('_modules')}}(${key('0')}h\x00uub`;
    const pickle = pickleOf(
      `cmodels.yolo\nDetectionModel\n)\x81}(${key('_modules')}}(${key('model')}${inner}uub`,
    );
    const file = packCheckpoint({ pickle, storages: new Map() });
    expect(() => convertCheckpoint(file)).toThrow(ModelError);
  });

  test('every pickle that is cut short', () => {
    const { pickle, storages } = writePickle({
      model: new PyObject(new PyGlobal('models.yolo', 'Model'), tensors()),
    });
    for (let length = 0; length < pickle.length; length++) {
      const file = packCheckpoint({ pickle: pickle.subarray(0, length), storages });
      expect(() => readCheckpoint(file)).toThrow(ModelError);
    }
  });

  test('every pickle with a wrong byte is read or refused, and never anything else', () => {
    const { pickle, storages } = writePickle({ model: p6Network().pickled });
    const changed = Buffer.from(pickle);
    let refused = 0;
    for (let at = 0; at < pickle.length; at += 3) {
      changed[at] = (pickle[at] as number) ^ (1 << (at % 8));
      try {
        const { graph } = convertCheckpoint(packCheckpoint({ pickle: changed, storages }));
        for (const initializer of graph.initializers) initializer.load();
      } catch (error) {
        if (!(error instanceof ModelError)) throw new Error(`at byte ${at}`, { cause: error });
        refused += 1;
      }
      changed[at] = pickle[at] as number;
    }
    expect(refused).toBeGreaterThan(pickle.length / 10);
  });
});

function tensors() {
  const tensor = new PyTensor([2, 2], [1, 2, 3, 4], { storage: 'HalfStorage' });
  return {
    weight: new PyCall(new PyGlobal('torch._utils', '_rebuild_parameter'), tensor, false, orderedDict({})),
  };
}

describe('tensors', () => {
  /** Reads a tensor that is the only attribute of a network. */
  function read(tensor: PyTensor): number[] {
    const file = writeCheckpoint(new PyObject(new PyGlobal('models.yolo', 'Model'), { tensor }));
    return readFrom(readCheckpoint(file));
  }

  function readFrom({ network, readTensor }: Checkpoint): number[] {
    const tensor = network.attributes.get('tensor');
    expect(tensor).toBeInstanceOf(TensorRef);
    return [...readTensor(tensor as TensorRef)];
  }

  const six = [1, 2, 3, 4, 5, 6];
  const layouts: [string, readonly number[], TensorLayout, number[]][] = [
    ['float16', [2, 3], { storage: 'HalfStorage' }, six],
    ['float32', [6], { storage: 'FloatStorage' }, six],
    ['float64', [6, 1], { storage: 'DoubleStorage' }, six],
    ['bfloat16', [6], { storage: 'BFloat16Storage' }, six],
    ['a transposed view', [3, 2], { storage: 'FloatStorage', strides: [1, 3] }, [1, 4, 2, 5, 3, 6]],
    ['every second one', [3], { storage: 'HalfStorage', strides: [2], offset: 1 }, [2, 4, 6]],
    ['channels last', [1, 2, 1, 3], { storage: 'FloatStorage', strides: [6, 1, 6, 2] }, [1, 3, 5, 2, 4, 6]],
    ['a part', [2], { storage: 'FloatStorage', offset: 4 }, [5, 6]],
    ['a scalar', [], { storage: 'FloatStorage', offset: 2 }, [3]],
    ['an empty one', [0, 3], { storage: 'FloatStorage', offset: 6 }, []],
  ];
  test.each(layouts)('%s', (_, shape, layout, expected) => {
    expect(read(new PyTensor(shape, six, layout))).toEqual(expected);
  });

  test('at an odd place in the file', () => {
    const written = writePickle(
      new PyObject(new PyGlobal('models.yolo', 'Model'), { tensor: new PyTensor([3], [1.5, -2, 0.25]) }),
    );
    for (const folder of ['a', 'ab', 'abc', 'abcd']) {
      const file = writeZip([
        { name: `${folder}/data.pkl`, bytes: written.pickle },
        { name: `${folder}/data/0`, bytes: written.storages.get('0') as Uint8Array },
      ]);
      expect(readFrom(readCheckpoint(file))).toEqual([1.5, -2, 0.25]);
    }
  });

  test('that share a storage a thousand times do not make a small file large', () => {
    const tensor = new PyTensor([100_000], Array(100_000).fill(1));
    const { network, readTensor } = readCheckpoint(
      writeCheckpoint(new PyObject(new PyGlobal('models.yolo', 'Model'), { tensor })),
    );
    const shared = network.attributes.get('tensor') as TensorRef;
    const readAll = (times: number) => Array.from({ length: times }, () => readTensor(shared).length);
    expect(readAll(2)).toEqual([100_000, 100_000]);
    expect(() => readAll(1000)).toThrow('its tensors together have far more numbers than its storages');
  });

  const storage = 'FloatStorage' as const;
  const bad: [string, PyTensor, RegExp][] = [
    ['past the end', new PyTensor([7], six), /does not fit its storage of 6 elements/],
    ['an offset past the end', new PyTensor([2], six, { storage, offset: 5 }), /does not fit/],
    ['strides past the end', new PyTensor([2, 2], six, { storage, strides: [5, 1] }), /does not fit/],
    [
      'a negative stride',
      new PyTensor([2], six, { storage, strides: [-1], offset: 3 }),
      /stride makes no sense/,
    ],
    ['a negative offset', new PyTensor([2], six, { storage, offset: -1 }), /offset or strides make no sense/],
    ['a negative size', new PyTensor([-2], six), /size makes no sense/],
    ['one number repeated', new PyTensor([2 ** 30], six, { storage, strides: [0] }), /does not fit/],
    [
      'a size that overflows',
      new PyTensor([2 ** 30, 2 ** 30, 2 ** 30], six, { storage, strides: [0, 0, 0] }),
      /does not fit/,
    ],
    ['too many dimensions', new PyTensor(Array(9).fill(1), six), /size makes no sense/],
    ['too few strides', new PyTensor([2, 3], six, { storage, strides: [1] }), /strides make no sense/],
    [
      'a storage that claims more',
      new PyTensor([1000], six, { storage, elements: 1000 }),
      /24 bytes instead of 4000/,
    ],
    ['a huge storage', new PyTensor([2 ** 40], six, { storage, elements: 2 ** 40 }), /24 bytes instead of/],
    [
      'a storage that is missing',
      new PyTensor([1], six, { storage, key: '77' }),
      /no entry "archive\/data\/77"/,
    ],
    ['a storage elsewhere', new PyTensor([1], six, { storage, key: '../data.pkl' }), /no entry/],
    ['whole numbers', new PyTensor([6], six, { storage: 'LongStorage' }), /integers where floating-point/],
  ];
  test.each(bad)('%s', (_, tensor, message) => {
    expect(() => read(tensor)).toThrow(ModelError);
    expect(() => read(tensor)).toThrow(message);
  });
});

describe('files that are something else', () => {
  const pickle = writePickle({ model: null }).pickle;
  const cases: [string, Uint8Array, RegExp][] = [
    ['an old PyTorch file', Buffer.from('80028a0a6cfc9c46f9206aa850192e', 'hex'), /PyTorch before 1\.6/],
    ['a web page', Buffer.from('<!doctype html><title>Sign in</title>'), /not a zip file/],
    ['another zip file', writeZip([{ name: 'a.txt', bytes: Buffer.from('a') }]), /not a PyTorch checkpoint/],
    [
      'TorchScript',
      writeZip([
        { name: 'm/data.pkl', bytes: pickle },
        { name: 'm/constants.pkl', bytes: pickle },
      ]),
      /TorchScript/,
    ],
    [
      'big-endian',
      writeZip([
        { name: 'm/data.pkl', bytes: pickle },
        { name: 'm/byteorder', bytes: Buffer.from('big') },
      ]),
      /big-endian/,
    ],
    [
      'two in one',
      writeZip([
        { name: 'm/data.pkl', bytes: pickle },
        { name: 'n/data.pkl', bytes: pickle },
      ]),
      /not a PyTorch checkpoint/,
    ],
    ['a tensor alone', writeCheckpoint(new PyTensor([1], [1])), /holds no model/],
  ];
  test.each(cases)('%s', (_, file, message) => {
    expect(() => readCheckpoint(file)).toThrow(ModelError);
    expect(() => readCheckpoint(file)).toThrow(message);
  });

  test('PyTorch 2 notes its byte order', () => {
    const { pickle: model } = writePickle(new PyObject(new PyGlobal('models.yolo', 'Model'), {}));
    const file = writeZip([
      { name: 'm/data.pkl', bytes: model },
      { name: 'm/byteorder', bytes: Buffer.from('little') },
    ]);
    expect(readCheckpoint(file).network.className).toBe('models.yolo.Model');
  });

  test('packed numbers are what the tests think', () => {
    expect([...packNumbers([1], 'HalfStorage')]).toEqual([0x00, 0x3c]);
    expect([...packNumbers([1], 'BFloat16Storage')]).toEqual([0x80, 0x3f]);
  });
});
