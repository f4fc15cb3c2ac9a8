import { readFile } from 'node:fs/promises';
import { copyBytes } from '@boxwire/video/copy-bytes';
import { createNetworkInputWriter, type NetworkInputWriter } from '../yolo/network-input.ts';

/** Loads the kernel. Each thread and each process that scales has one of its own. Nobody writes to the pixels meanwhile. */
export async function openInputWriter(): Promise<NetworkInputWriter> {
  const kernel = await readFile(new URL('../yolo/network-input.wasm', import.meta.url));
  return createNetworkInputWriter(await WebAssembly.compile(kernel), (source, target, start, end) =>
    copyBytes(source, target, 0, start, end),
  );
}
