import { once } from 'node:events';
import { createServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { ModelService } from '@boxwire/proto/boxwire/v1/model_service';
import { MlPredictions } from '@boxwire/proto/mlpredictions/mlpredictions';
import { connectNodeAdapter } from '@connectrpc/connect-node';

/** A server that takes a stream's first image and then reads no more until it is let go. */
export async function startHeldServer() {
  const held = Promise.withResolvers<void>();
  const cancelled = Promise.withResolvers<void>();
  const server = createServer(
    connectNodeAdapter({
      routes: (router) =>
        router
          .service(ModelService, { getModel: () => ({ notice: 'only a stand-in' }) })
          .service(MlPredictions, {
            async *predictMultipleImages(images, { signal }) {
              signal.addEventListener('abort', () => cancelled.resolve());
              for await (const { frame, width, height } of images) {
                await held.promise;
                yield { frame, width, height };
              }
            },
          }),
    }),
  );
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => sessions.add(session));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    letGo: () => held.resolve(),
    cancelled: cancelled.promise,
    stop() {
      held.resolve();
      for (const session of sessions) session.destroy();
      server.close();
    },
  };
}
