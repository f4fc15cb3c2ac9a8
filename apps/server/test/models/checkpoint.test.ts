import { describe, expect, test } from 'vitest';
import { type Checkpoint, readCheckpoint } from '../../src/models/checkpoint/checkpoint.ts';
import { TensorRef } from '../../src/models/checkpoint/pickle-values.ts';
import { ModelError } from '../../src/models/model-error.ts';
import { PyGlobal, PyObject, PyTensor, type TensorLayout } from './support/python-values.ts';
import { packNumbers, writePickle } from './support/write-pickle.ts';
import { writeCheckpoint, writeZip } from './support/write-zip.ts';

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
