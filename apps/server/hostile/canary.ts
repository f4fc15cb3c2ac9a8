import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** A listener that nobody has a reason to call. */
export async function openCanary() {
  let calls = 0;
  const server = createServer((socket) => {
    calls++;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get calls() {
      return calls;
    },
    close: () => void server.close(),
  };
}
