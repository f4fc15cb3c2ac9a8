import { expect, test } from 'vitest';
import type { HttpRequest } from '../../src/rpc/http.ts';
import { forgetLongTimeouts } from '../../src/rpc/long-timeouts.ts';

/** What a timer can count to is 2,147,483,647 ms: 596 hours, 31 minutes and 23.647 seconds. */
test.each([
  [
    'grpc-timeout',
    ['596H', '35791M', '2147483S', '99999999m', '99999999u', '99999999n'],
    ['597H', '35792M', '2147484S'],
  ],
  ['connect-timeout-ms', ['0', '2147483647'], ['2147483648', '9999999999']],
])('of %s, what timers can count stays', (name, short, long) => {
  const left = (value: string) => {
    const headers = { [name]: value };
    forgetLongTimeouts({ headers } as unknown as HttpRequest);
    return headers[name];
  };
  expect(short.map(left)).toEqual(short);
  expect(long.map(left)).toEqual(long.map(() => undefined));
});
