import type { HttpRequest } from './http.ts';

/** Node's timers cannot count further, and fire at once instead. */
const MAX_TIMER_MS = 2 ** 31 - 1;

const UNITS_MS: Record<string, number> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

/** Makes a deadline that is more than 24 days away none, where it would have passed at once. */
export function forgetLongTimeouts({ headers }: HttpRequest): void {
  const [, digits, unit = ''] = /^(\d{1,8})([HMSmun])$/.exec(String(headers['grpc-timeout'])) ?? [];
  if (Number(digits) * (UNITS_MS[unit] ?? 0) > MAX_TIMER_MS) delete headers['grpc-timeout'];
  if (Number(headers['connect-timeout-ms']) > MAX_TIMER_MS) delete headers['connect-timeout-ms'];
}
