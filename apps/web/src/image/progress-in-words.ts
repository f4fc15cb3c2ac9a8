import type { Picture } from './picture.ts';

type Searched = Pick<Picture, 'search'>;

/** How far several pictures have come, and what became of them: "12 of 100 searched, 2 failed". */
export function progressInWords(pictures: readonly Searched[]): string {
  const count = (phase: Picture['search']['phase']) =>
    pictures.filter(({ search }) => search.phase === phase).length;
  const parts = [
    `${count('found')} of ${pictures.length} searched`,
    ...(['failed', 'cancelled'] as const).map((phase) => count(phase) && `${count(phase)} ${phase}`),
  ];
  return parts.filter(Boolean).join(', ');
}

/** The same for the ear: a quarter, a half and three quarters of the way, and what became of them at the end. */
export function milestoneInWords(pictures: readonly Searched[]): string {
  const open = pictures.filter(({ search }) => ['waiting', 'searching'].includes(search.phase)).length;
  if (open === 0) return progressInWords(pictures);
  const quarters = Math.floor((1 - open / pictures.length) * 4);
  return quarters > 0 ? `${quarters * 25}% of ${pictures.length} pictures searched` : '';
}
