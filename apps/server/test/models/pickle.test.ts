import { describe, expect, test } from 'vitest';
import { readCheckpoint } from '../../src/models/checkpoint/checkpoint.ts';
import { readPickle } from '../../src/models/checkpoint/pickle.ts';
import { PickleObject, type PickleValue } from '../../src/models/checkpoint/pickle-values.ts';
import { torchVocabulary } from '../../src/models/checkpoint/torch-vocabulary.ts';
import { ModelError } from '../../src/models/model-error.ts';
import { convertCheckpoint } from '../../src/models/yolov5/convert-checkpoint.ts';
import { pickleOf } from './support/pickle-of.ts';
import { orderedDict, PyCall, PyGlobal, PyObject, PyTuple } from './support/python-values.ts';
import { p6Network } from './support/test-networks.ts';
import { writePickle } from './support/write-pickle.ts';
import { writeCheckpoint } from './support/write-zip.ts';

function roundTrip(value: unknown): PickleValue {
  return readPickle(writePickle(value).pickle, torchVocabulary);
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
    ['__builtin__', 'setattr'],
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

  test.each(['__builtin__', 'builtins'])('%s.getattr, but for what fusing leaves in a layer', (module) => {
    const getattr = new PyGlobal(module, 'getattr');
    const layer = new PyObject(new PyGlobal('models.common', 'Conv'), {});
    expect(roundTrip([new PyCall(getattr, layer, 'forward_fuse')])).toEqual([null]);
    for (const args of [
      ['echo hacked'],
      [layer, '__class__'],
      [new PyGlobal('models.common', 'Conv'), 'forward_fuse'],
    ]) {
      expect(() => roundTrip(new PyCall(getattr, ...args))).toThrow(ModelError);
      expect(() => roundTrip(new PyCall(getattr, ...args))).toThrow('it calls getattr for more than');
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
