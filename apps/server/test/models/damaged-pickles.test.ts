import { describe, expect, test } from 'vitest';
import { readCheckpoint } from '../../src/models/checkpoint/checkpoint.ts';
import { readPickle } from '../../src/models/checkpoint/pickle.ts';
import { torchVocabulary } from '../../src/models/checkpoint/torch-vocabulary.ts';
import { ModelError } from '../../src/models/model-error.ts';
import { convertCheckpoint } from '../../src/models/yolov5/convert-checkpoint.ts';
import { pickleOf } from './support/pickle-of.ts';
import { orderedDict, PyCall, PyGlobal, PyObject, PyTensor } from './support/python-values.ts';
import { p6Network } from './support/test-networks.ts';
import { writePickle } from './support/write-pickle.ts';
import { packCheckpoint } from './support/write-zip.ts';

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
