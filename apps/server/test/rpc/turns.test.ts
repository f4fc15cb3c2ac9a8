import { expect, test } from 'vitest';
import type { Arrival } from '../../src/flow/backlog.ts';
import { createTurns } from '../../src/rpc/turns.ts';

/** A backlog that lets come what `turn` says, and counts. */
function openBacklog(turn?: Promise<void>) {
  const counts = { announced: 0, ended: 0 };
  const announce = (): Arrival => {
    counts.announced++;
    return { turn, end: () => void counts.ended++ };
  };
  return { counts, backlog: { announce } };
}

test('a request is announced once, until it has come', () => {
  const turn = new Promise<void>(() => {});
  const { counts, backlog } = openBacklog(turn);
  const turns = createTurns(backlog);
  expect(turns.isAnnounced).toBe(false);
  expect([turns.announce(), turns.announce()]).toEqual([turn, turn]);
  expect(turns.isAnnounced).toBe(true);
  turns.arrived();
  expect(turns.isAnnounced).toBe(false);
  expect(counts).toEqual({ announced: 1, ended: 1 });
  turns.announce();
  expect(counts).toEqual({ announced: 2, ended: 1 });
});

test('the end gives up the turn, and what comes behind it has none', () => {
  const { counts, backlog } = openBacklog();
  const turns = createTurns(backlog);
  turns.announce();
  turns.close();
  expect(turns.announce()).toBeUndefined();
  expect(counts).toEqual({ announced: 1, ended: 1 });
});

test('without a backlog each request may come at once', () => {
  const turns = createTurns(undefined);
  expect(turns.announce()).toBeUndefined();
  turns.arrived();
  turns.close();
});
