import { DetectionOptionsSchema } from '@boxwire/proto/boxwire/v1/detection';
import { ImageSchema } from '@boxwire/proto/mlpredictions/mlpredictions';
import { create, type DescMessage, fromBinary, type MessageShape, toBinary } from '@bufbuild/protobuf';
import { parseTokenFile } from '../src/access/token-file.ts';
import { DetectorError } from '../src/detector/detector-error.ts';
import { planSearch } from '../src/detector/options.ts';
import { readPickle } from '../src/models/checkpoint/pickle.ts';
import { torchVocabulary } from '../src/models/checkpoint/torch-vocabulary.ts';
import { openZip } from '../src/models/checkpoint/zip.ts';
import { ModelError } from '../src/models/model-error.ts';
import { parsePythonLiteral } from '../src/models/onnx/python-literal.ts';
import { readOnnx } from '../src/models/onnx/read-onnx.ts';
import { convertCheckpoint } from '../src/models/yolov5/convert-checkpoint.ts';
import { cutField } from '../src/rpc/cut-field.ts';
import { messageToOptions } from '../src/rpc/prediction-messages.ts';
import { checkNew, checkPiece } from '../src/uploads/check-upload.ts';
import { UploadError } from '../src/uploads/upload-error.ts';
import { letterboxFor } from '../src/yolo/letterbox.ts';
import { currentNetwork } from '../test/models/support/test-networks.ts';
import { fakeOnnx } from '../test/models/support/write-onnx.ts';
import { writePickle } from '../test/models/support/write-pickle.ts';
import { packCheckpoint } from '../test/models/support/write-zip.ts';
import { MODEL } from '../test/rpc/fake-detector.ts';
import type { FuzzTarget } from './fuzz.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const words = (...texts: string[]) => texts.map(bytes);
const isModelError = (thrown: unknown) => thrown instanceof ModelError;

const network = writePickle({ model: currentNetwork().pickled });
const small = writePickle({ a: [1, 2.5, 'text', true, null], b: { c: 'd' } });
/** Opcodes that take and make, names on the list and off it. */
const PICKLE_WORDS = [
  ...words(...'()]}taesuRbQ\x81\x85\x86\x87', 'q\x01', 'h\x01', '.', 'X\x04\0\0\0text', 'X\xff\xff\xff\xff'),
  ...words('\x8a\xff', 'K\xff', 'M\xff\xff', 'ccollections\nOrderedDict\n', 'ctorch\nFloatStorage\n'),
  ...words(
    'ctorch._utils\n_rebuild_tensor_v2\n',
    'cos\nsystem\n',
    'cmodels.common\nConv\n',
    'c__builtin__\nset\n',
  ),
];

const pickle: FuzzTarget = {
  name: 'pickle',
  seeds: [small.pickle, network.pickle],
  words: PICKLE_WORDS,
  parse: (input) => readPickle(input, torchVocabulary),
  isFair: isModelError,
};

/** The whole of it: what a pickle says becomes a network, with the storages of a good file. */
const checkpoint: FuzzTarget = {
  name: 'checkpoint',
  seeds: [network.pickle],
  words: PICKLE_WORDS,
  parse: (input) => convertCheckpoint(packCheckpoint({ pickle: input, storages: network.storages })),
  isFair: isModelError,
};

const zip: FuzzTarget = {
  name: 'zip',
  seeds: [packCheckpoint({ ...small, storages: new Map([['0', new Uint8Array(9)]]) })],
  words: words('PK\x01\x02', 'PK\x03\x04', 'PK\x05\x06', '\xff\xff\xff\xff', '\0\0\0\0', '\x08\0'),
  parse(input) {
    const archive = openZip(input);
    for (const name of archive.names) archive.read(name);
  },
  isFair: isModelError,
};

const onnx: FuzzTarget = {
  name: 'onnx',
  seeds: [fakeOnnx({ outputs: [{ name: 'output0', dims: [1, 2, 85] }] })],
  words: words('\x0a\x7f', '\x12\xff\xff\xff\xff\x0f', '\x70\x01', 'external', '\x08\x01', '\xff'),
  parse: readOnnx,
  isFair: isModelError,
};

const pythonLiteral: FuzzTarget = {
  name: 'python-literal',
  seeds: words(`{0: 'person', 1: "it's"}`, '[1, -2.5e3, (True, None)]', '{"a": [1]}'),
  words: words(...'{}[]():,\'"\\-', '\\u0041', '\\x41', 'None', 'True', '1e999', '0x'),
  parse: (input) => parsePythonLiteral(new TextDecoder().decode(input)),
  isFair: isModelError,
};

const tokenFile: FuzzTarget = {
  name: 'token-file',
  seeds: words(`a sha256:${'ab'.repeat(32)} requests=1 bytes=2 uploads=3 stored=4\n# b\n`),
  words: words(
    ...'sha256:~requests=~bytes=~uploads=~stored=~ ~\n~#~=~__proto__=1'.split('~'),
    '9'.repeat(20),
  ),
  parse: (input) => parseTokenFile(new TextDecoder().decode(input)),
  isFair: (thrown) => /^line \d+: /.test((thrown as Error).message),
};

/** Numbers of a piece and of a new upload, 8 bytes each, then the data. */
const pieces: FuzzTarget = {
  name: 'pieces',
  seeds: [new Uint8Array(48)],
  words: [
    [0, 0],
    [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
    [0, 0, 0, 0, 0, 0, 0xf0, 0x7f],
  ].map((word) => Uint8Array.from(word)),
  parse(input) {
    const view = new DataView(Uint8Array.from([...input, ...Array(32).fill(0)]).buffer);
    const [offsetBytes, sizeBytes] = [Number(view.getBigInt64(0, true)), Number(view.getBigInt64(8, true))];
    const data = input.slice(32);
    const name = new TextDecoder().decode(data);
    const quotas = { maxUploads: 9, maxUploadBytes: 2 ** 31, maxUploadTotalBytes: 2 ** 32 };
    checkNew({ name, sizeBytes, mediaType: name }, [], quotas);
    checkPiece({ offsetBytes, data, crc32: undefined }, sizeBytes, 64);
    if (offsetBytes < 0 || offsetBytes + data.length > sizeBytes)
      throw new Error('a piece outside its upload');
  },
  isFair: (thrown) => thrown instanceof UploadError,
};

const options: FuzzTarget = {
  name: 'options',
  seeds: [
    toBinary(
      DetectionOptionsSchema,
      create(DetectionOptionsSchema, {
        confidence: 0.5,
        iou: 1,
        maxDetections: 9,
        classes: ['cup'],
        imageSize: 320,
      }),
    ),
  ],
  words: [[0, 0, 0xc0, 0x7f], [0, 0, 0x80, 0xff], [0xff, 0xff, 0xff, 0xff, 0x0f], [0x28]].map((word) =>
    Uint8Array.from(word),
  ),
  parse(input) {
    const message = decoded(DetectionOptionsSchema, input);
    if (!message) return;
    const plan = planSearch(messageToOptions(message), MODEL, { maxDetections: 1000, maxImageSize: 1280 });
    const { criteria } = plan;
    const numbers = [criteria.confidence, criteria.iou, criteria.maxDetections];
    if (!numbers.every((number) => number >= 0 && number <= 1000)) throw new Error('criteria out of range');
    letterboxFor({ width: 640, height: 480 }, plan.scaling);
  },
  isFair: (thrown) => thrown instanceof DetectorError,
};

/** What is cut out of an image and put back again is what the library reads of the whole. */
const cutImages: FuzzTarget = {
  name: 'cut-images',
  seeds: [
    toBinary(
      ImageSchema,
      create(ImageSchema, { mode: 'L', width: 9, data: new Uint8Array(9), frame: -1, options: { iou: 0.5 } }),
    ),
  ],
  words: [
    [0x22, 3],
    [0x22, 0],
    [0xa2, 0x80, 0],
    [0xa2, 0x80, 0x80, 0x80, 0x10, 1],
    [0x23],
    [0x24],
    [0x32, 2],
  ].map((word) => Uint8Array.from(word)),
  parse(input) {
    const cut = cutField(input, ImageSchema.field.data.number);
    if (!cut) return;
    const [whole, rest] = [decoded(ImageSchema, input), decoded(ImageSchema, cut.rest)];
    const seen = rest && toBinary(ImageSchema, { ...rest, data: cut.value });
    const meant = whole && toBinary(ImageSchema, whole);
    if (Buffer.compare(seen ?? new Uint8Array(), meant ?? new Uint8Array()) !== 0) {
      throw new Error('the image that is put together is another one');
    }
  },
  isFair: () => false,
};

/** Messages that are none are the library's to refuse. */
function decoded<T extends DescMessage>(schema: T, input: Uint8Array): MessageShape<T> | undefined {
  try {
    return fromBinary(schema, input);
  } catch {
    return undefined;
  }
}

export const FUZZ_TARGETS = [
  pickle,
  checkpoint,
  zip,
  onnx,
  pythonLiteral,
  tokenFile,
  pieces,
  options,
  cutImages,
] as const;
