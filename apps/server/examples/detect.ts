// Streams pictures to the server and prints what is in them: node detect.ts photo.jpg another.png
import { readFile } from 'node:fs/promises';
import { MlPredictions } from '@boxwire/proto/mlpredictions/mlpredictions';
import { ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';

const baseUrl = process.env.SERVER ?? 'http://localhost:50051';
const client = createClient(MlPredictions, createGrpcTransport({ baseUrl }));
const paths = process.argv.slice(2);

async function* images() {
  for (const [index, path] of paths.entries()) {
    yield { data: await readFile(path), frame: index + 1, options: { confidence: 0.4 } };
  }
}

try {
  for await (const { object, frame, error } of client.predictMultipleImages(images())) {
    const path = paths[frame - 1];
    if (error) console.error(`${path}: ${error.message}`);
    for (const { name, confidence, xmin, ymin, xmax, ymax } of object) {
      console.log(path, name, confidence.toFixed(2), [xmin, ymin, xmax, ymax].map(Math.round).join(' '));
    }
  }
} catch (error) {
  console.error(`${baseUrl}: ${ConnectError.from(error).rawMessage}`);
  process.exitCode = 1;
}
