import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '@boxwire/video/make-folder';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import type { Precision } from './model.ts';
import { ModelError, storageError } from './model-error.ts';
import { inspectOnnx } from './onnx/inspect-onnx.ts';
import { onnxPieces } from './onnx/write-onnx.ts';
import { quantizeNetwork } from './quantize/quantize-network.ts';
import { DIGEST_CHARACTERS, readSealedFile, removeLeftovers, writeSealedFile } from './sealed-file.ts';
import { convertCheckpoint } from './yolov5/convert-checkpoint.ts';

/** Goes up whenever the same checkpoint would be converted into something else; older files are then ignored. */
const CONVERTER_VERSION = 6;

const METADATA_FIELD = 14;
const LENGTH_DELIMITED = 2;

/** The seal is one more note in the ONNX file's metadata, whose value (the digest) follows. */
const SEAL_HEAD = createSealHead();

export interface ConversionRequest {
  /** The checkpoint's bytes, and their SHA-256 in hexadecimal. */
  readonly checkpoint: Uint8Array;
  readonly sha256: string;
  /** For people: the model's name, which the file's name begins with. */
  readonly name: string;
  readonly precision: Precision;
  /** Made if it is missing. */
  readonly folder: string;
  readonly log: (message: string) => void;
}

/**
 * The ONNX file of a checkpoint: the one that an earlier start left in `folder` if it is whole, a new one otherwise.
 * @returns where it is, and its bytes
 * @throws {ModelError} if the checkpoint cannot be converted or the folder cannot be written
 */
export async function convertCached(
  request: ConversionRequest,
): Promise<{ path: string; bytes: Uint8Array }> {
  const { checkpoint, sha256, name, precision, folder, log } = request;
  const suffix = precision === 'float32' ? '' : `-${precision}`;
  const path = join(folder, `${name}-${sha256.slice(0, 16)}-v${CONVERTER_VERSION}${suffix}.onnx`);
  const kept = await readSealedFile(path, SEAL_HEAD);
  if (kept) return { path, bytes: kept };

  const startedAt = performance.now();
  const converted = convertCheckpoint(checkpoint);
  const model = precision === 'int8' ? quantizeNetwork(converted) : converted;
  try {
    await makeFolder(folder);
    await writeSealedFile(path, () => onnxPieces(model), SEAL_HEAD);
  } catch (cause) {
    if (cause instanceof ModelError) throw cause;
    throw storageError(`the converted model could not be written to ${folder}`, cause);
  }
  await removeLeftovers(path);
  const bytes = await readSealedFile(path, SEAL_HEAD);
  if (!bytes) throw new ModelError(`${path} was written and reads back differently; is the disk in order?`);
  await requireRunnable(path, bytes);
  log(`converted ${name} to ${precision}, ${path} in ${Math.round(performance.now() - startedAt)} ms`);
  return { path, bytes };
}

/** A checkpoint whose layers do not fit together converts into a graph that does not run: better known now. */
async function requireRunnable(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await inspectOnnx(path, bytes);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

function createSealHead(): Uint8Array {
  const key = 'sha256 of what stands before';
  const entry = new BinaryWriter()
    .tag(1, LENGTH_DELIMITED)
    .string(key)
    .tag(2, LENGTH_DELIMITED)
    .uint32(DIGEST_CHARACTERS)
    .finish();
  return new BinaryWriter()
    .tag(METADATA_FIELD, LENGTH_DELIMITED)
    .uint32(entry.length + DIGEST_CHARACTERS)
    .raw(entry)
    .finish();
}
