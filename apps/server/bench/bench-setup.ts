import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { readSettings } from '../src/config.ts';
import { createDetector } from '../src/detector/create-detector.ts';
import { configureDecoder } from '../src/detector/decoder/decode-file.ts';
import { loadModel } from '../src/load-model.ts';
import { createLog } from '../src/log.ts';
import { makePictures } from './pictures.ts';
import { openRawNetwork } from './raw-network.ts';
import { startReference } from './reference/start-reference.ts';
import { startEchoServer, startHealthClient, startLoadClient, startServer } from './server-process.ts';

/** Of a client that takes as little from the server's cores as one on another machine would. */
const DISTANT_NICENESS = 10;

export type BenchSetup = Awaited<ReturnType<typeof openSetup>>;

/** What the cases work with: everything warm, each server and client a process of its own. */
export async function openSetup(env: Record<string, string>) {
  const cores = availableParallelism();
  const limits = {
    maxPixels: 64e6,
    maxDetections: 1000,
    maxImageSize: 1280,
    maxQueue: 1000,
    maxQueueBytes: 1e9,
  };
  const pictures = await makePictures();
  // For decoding alone, which is measured in this process; libvips then refuses some of what the pictures are made from.
  configureDecoder();
  const log = createLog({ logLevel: 'warn', logFormat: 'pretty' });
  const load = async (precision: string) =>
    (await loadModel(readSettings({ ...process.env, ...env, PRECISION: precision }), log)).model;
  const [model, int8Model] = [await load('float32'), await load('int8')];
  const server = await startServer({ ...env, WORKERS: `${cores}`, PRECISION: 'float32' });
  const int8Server = await startServer({ ...env, WORKERS: `${cores}`, PRECISION: 'int8' });
  const echo = await startEchoServer();
  const bare = await startEchoServer({
    model,
    workers: cores,
    picture: pictures.get('network input 640x384'),
  });
  const reference = await startReference({ ...process.env, ...env });
  const parts = {
    detector: await createDetector(model, { workers: cores, ...limits }),
    network: await openRawNetwork(model, cores),
    int8Network: await openRawNetwork(int8Model, cores),
    loneNetwork: await openRawNetwork(model, 1, cores),
  };
  const clients = {
    server: await startLoadClient(server.port),
    distant: await startLoadClient(server.port, DISTANT_NICENESS),
    health: await startHealthClient(server.port),
    distantHealth: await startHealthClient(server.port, true),
    int8: await startLoadClient(int8Server.port),
    echo: await startLoadClient(echo.port),
    bare: await startLoadClient(bare.port),
    reference: reference && (await startLoadClient(reference.port)),
  };
  return {
    cores,
    limits,
    pictures,
    model,
    int8Model,
    server,
    int8Server,
    echo,
    bare,
    reference,
    parts,
    clients,
    /** A picture as the detector takes it. */
    source(name: string) {
      const { file, ...rest } = pictures.get(name);
      return { ...rest, data: readFileSync(file) };
    },
    async close() {
      const processes = [...Object.values(clients), server, int8Server, echo, bare, reference];
      await Promise.all(processes.map((process) => process?.stop()));
      await Promise.all([
        parts.network.close(),
        parts.int8Network.close(),
        parts.loneNetwork.close(),
        parts.detector.close(),
      ]);
      pictures.remove();
    },
  };
}
