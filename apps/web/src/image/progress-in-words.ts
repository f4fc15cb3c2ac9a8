import type { Picture } from './picture.ts';

/** How far several pictures have come, and what became of them: "12 of 100 searched, 2 failed". */
export function progressInWords(pictures: readonly Pick<Picture, 'search'>[]): string {
  const count = (phase: Picture['search']['phase']) =>
    pictures.filter(({ search }) => search.phase === phase).length;
  const parts = [
    `${count('found')} of ${pictures.length} searched`,
    ...(['failed', 'cancelled'] as const).map((phase) => count(phase) && `${count(phase)} ${phase}`),
  ];
  return parts.filter(Boolean).join(', ');
}
