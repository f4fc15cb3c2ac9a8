import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { guardAddresses } from '../src/guard-connections.ts';

function createGuarded(most: number) {
  const server = new EventEmitter();
  guardAddresses(server, most);
  return {
    connect(remoteAddress: string | undefined) {
      let destroyed = false;
      const socket = Object.assign(new EventEmitter(), { remoteAddress, destroy: () => (destroyed = true) });
      server.emit('connection', socket);
      return { isCut: destroyed, close: () => socket.emit('close') };
    },
  };
}

test('one address has no more than so many connections, until one has ended, and others have their own', () => {
  const { connect } = createGuarded(2);
  const [first] = [connect('192.0.2.1'), connect('192.0.2.1')];
  const cut = connect('192.0.2.1');
  expect(cut.isCut).toBe(true);
  expect(connect('192.0.2.2').isCut).toBe(false);
  // One that was cut was not counted.
  cut.close();
  expect(connect('192.0.2.1').isCut).toBe(true);
  first?.close();
  expect(connect('192.0.2.1').isCut).toBe(false);
  expect(connect('192.0.2.1').isCut).toBe(true);
});

test.each([
  ['2001:db8::1', '2001:db8::2:1', true],
  ['2001:db8::1', '2001:db8:0:1::1', false],
  ['192.0.2.1', '::ffff:192.0.2.1', true],
  ['127.0.0.1', '127.0.0.1', false],
  ['::1', '::1', false],
  ['::ffff:127.0.0.1', '::ffff:127.0.0.1', false],
  // It has gone before it was looked at.
  [undefined, undefined, false],
])('after %s, %s is cut: %s', (one, other, isCut) => {
  const { connect } = createGuarded(1);
  expect(connect(one).isCut).toBe(false);
  expect(connect(other).isCut).toBe(isCut);
});
