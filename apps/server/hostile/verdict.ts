import { Code } from '@connectrpc/connect';

/** What came of one file at one door. */
export interface Verdict {
  readonly file: string;
  readonly door: string;
  readonly outcome: 'boxes' | 'error';
  /** Of an error. */
  readonly code?: number;
  readonly message?: string;
}

/** What a caller may be told of a file; anything else is a fault of ours. */
const FAIR = [Code.InvalidArgument, Code.ResourceExhausted];

/** Why an outcome is not as it should be; `undefined` when it is. */
export function complaintAbout(verdict: Verdict, expected: 'boxes' | 'error' | 'either'): string | undefined {
  const { file, door, outcome, code, message } = verdict;
  const told = outcome === 'boxes' ? 'boxes' : `${Code[code ?? 0]} ${JSON.stringify(message)}`;
  if (outcome === 'error' && !FAIR.includes(code ?? 0)) return `${file}, ${door}: ${told}`;
  if (outcome === 'error' && !message) return `${file}, ${door}: an error without a word`;
  if (expected !== 'either' && outcome !== expected)
    return `${file}, ${door}: ${told} instead of ${expected}`;
  return undefined;
}
