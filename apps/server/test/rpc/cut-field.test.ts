import { type Image, ImageSchema } from '@boxwire/proto/mlpredictions/mlpredictions';
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { describe, expect, test } from 'vitest';
import { cutField } from '../../src/rpc/cut-field.ts';

const DATA = ImageSchema.field.data.number;

function encode(image: MessageInitShape<typeof ImageSchema>): Uint8Array {
  return toBinary(ImageSchema, create(ImageSchema, image));
}

/** What the library makes of the rest, with the value put back. */
function putTogether({ rest, value }: { rest: Uint8Array; value: Uint8Array }): Image {
  return Object.assign(fromBinary(ImageSchema, rest), { data: value });
}

const data = Uint8Array.from({ length: 300 }, (_, i) => i % 251);

describe('what is left and what was cut out are the message', () => {
  const everything = {
    ...{ mode: 'RGB', width: 10, height: 10, frame: -7 },
    options: { confidence: 0.1, classes: ['cup'] },
  };

  test.each([
    ['the field alone', {}],
    ['between others', everything],
    ['first', { frame: 2 ** 31 - 1 }],
    ['last', { mode: 'L' }],
  ])('%s', (_, others) => {
    const whole = encode({ ...others, data });
    const cut = cutField(whole, DATA);
    expect(cut && putTogether(cut)).toEqual(fromBinary(ImageSchema, whole));
    expect(cut?.rest.length).toBeLessThan(whole.length - data.length);
    expect(cut?.value.buffer).toBe(whole.buffer);
  });

  test('fields that are not known are kept', () => {
    const writer = new BinaryWriter();
    writer.tag(90, WireType.Bit64).fixed64(1n).tag(91, WireType.Bit32).fixed32(2);
    writer.tag(DATA, WireType.LengthDelimited).bytes(data);
    writer
      .tag(92, WireType.Varint)
      .uint64(2n ** 63n)
      .tag(93, WireType.LengthDelimited)
      .string('words');
    const whole = writer.finish();
    const cut = cutField(whole, DATA);
    expect(cut && putTogether(cut)).toEqual(fromBinary(ImageSchema, whole));
  });
});

describe('is left to the library', () => {
  test('a message without the field', () => {
    expect(cutField(encode({ mode: 'L' }), DATA)).toBeUndefined();
    expect(cutField(new Uint8Array(), DATA)).toBeUndefined();
  });

  test('a message with the field twice, of which the last counts', () => {
    const twice = Uint8Array.from([...encode({ data }), ...encode({ data: data.subarray(1) })]);
    expect(cutField(twice, DATA)).toBeUndefined();
  });

  test('a message that ends too early, wherever that is', () => {
    const whole = encode({ mode: 'RGB', data, frame: 300, options: { iou: 0.5 } });
    for (let length = 0; length < whole.length; length++) {
      const part = whole.subarray(0, length);
      const cut = cutField(part, DATA);
      if (cut) expect(putTogether(cut)).toEqual(fromBinary(ImageSchema, part));
    }
  });

  test('lengths that lead out of the message, and groups', () => {
    const long = Uint8Array.from([DATA * 8 + 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]);
    expect(cutField(long, DATA)).toBeUndefined();
    const endless = new Uint8Array(30).fill(0xff);
    expect(cutField(endless, DATA)).toBeUndefined();
    expect(cutField(Uint8Array.from([...encode({ data }), 6 * 8 + 3]), DATA)).toBeUndefined();
  });
});
