/**
 * Where a key of a list leads: the ends by Home and End, other places by `steps`.
 *
 * @param current -1 for none
 * @returns undefined for keys that lead nowhere
 */
export function nextIndex(
  key: string,
  current: number,
  count: number,
  steps: Readonly<Record<string, number>>,
): number | undefined {
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  const step = steps[key];
  return step && Math.min(Math.max(current + step, 0), count - 1);
}
