import type { ServedModel } from './server-status.ts';

/** Connect's form of a call without side effects: a plain GET, without headers that would need a preflight. */
const PATH = '/boxwire.v1.ModelService/GetModel?connect=v1&encoding=json&message=%7B%7D';

/** An answer that says no; the message is the server's own. */
export class RefusalError extends Error {
  /** Connect's name of the status, for example "unavailable"; empty when the answer was none of Connect's. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'RefusalError';
    this.code = code;
  }
}

/** `GetModelResponse` in JSON, which leaves out what is empty. */
interface Reply {
  readonly model?: { readonly name?: string; readonly classes?: readonly string[] };
  readonly notice?: string;
  readonly limits?: { readonly maxDetections?: number };
}

/**
 * Asks the server which model it serves; undefined when it does not say. By plain JSON, although all other calls go
 * through the generated client: that one is more script than all of the page's own, and is not needed to show it.
 *
 * @throws {RefusalError} when the answer says no, {TypeError} when there is none, the signal's reason when it aborts
 */
export async function getModel(
  serverUrl: string,
  signal: AbortSignal,
  fetch = globalThis.fetch,
): Promise<ServedModel | undefined> {
  const init = { signal, cache: 'no-store', credentials: 'include' } as const;
  const response = await fetch(`${serverUrl}${PATH}`, init);
  const reply = await response.json().catch((error) => {
    signal.throwIfAborted();
    throw new RefusalError('', `${response.status} and ${String(error)}`);
  });
  if (!response.ok)
    throw new RefusalError(String(reply.code ?? ''), String(reply.message ?? response.status));
  const { model, notice = '', limits }: Reply = reply;
  const { maxDetections } = limits ?? {};
  return model && { name: model.name ?? '', classes: model.classes ?? [], notice, maxDetections };
}
