import { ModelService } from '@boxwire/proto/boxwire/v1/model_service';
import { createClient, createRouterTransport } from '@connectrpc/connect';
import { expect, it } from 'vitest';
import { createLateTransport } from '../../src/server/late-transport.ts';

const READY = createRouterTransport(({ service }) =>
  service(ModelService, { getModel: () => ({ model: { name: 'yolov5n' } }) }),
);

it('is fetched with the first call, and once', async () => {
  let loads = 0;
  const client = createClient(
    ModelService,
    createLateTransport(async () => {
      loads++;
      return READY;
    }),
  );
  expect(loads).toBe(0);
  const replies = await Promise.all([client.getModel({}), client.getModel({})]);
  expect(replies.map(({ model }) => model?.name)).toEqual(['yolov5n', 'yolov5n']);
  expect(loads).toBe(1);
});

it('is fetched again when that failed', async () => {
  let loads = 0;
  const load = () => (++loads === 1 ? Promise.reject(new Error('offline')) : Promise.resolve(READY));
  const client = createClient(ModelService, createLateTransport(load));
  await expect(client.getModel({})).rejects.toThrow('offline');
  await expect(client.getModel({})).resolves.toMatchObject({ model: { name: 'yolov5n' } });
});
