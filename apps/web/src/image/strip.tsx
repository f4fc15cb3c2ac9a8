import { type KeyboardEvent, memo, useEffect, useRef } from 'react';
import { nextIndex } from '../keys/next-index.ts';
import { isBeyond } from './answer.ts';
import type { Picture } from './picture.ts';
import { canRetry, type DeskState, type PictureDesk } from './picture-desk.ts';
import { progressInWords } from './progress-in-words.ts';
import { searchInWords } from './search-in-words.ts';
import styles from './strip.module.css';
import { type Filters, filterAnswer } from './use-detection-view.ts';
import { useThumbnail } from './use-thumbnail.ts';

interface Props {
  readonly desk: PictureDesk;
  readonly state: DeskState;
  readonly filters: Filters;
}

const OPTION_ID = 'picture-';

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** All pictures, small, each with how far it has come: one stop of the tab key, then the arrow keys. */
export function Strip({ desk, state, filters }: Props) {
  const list = useRef<HTMLDivElement>(null);
  const { pictures, current } = state;
  const currentId = current?.id;
  useEffect(() => {
    const option = list.current?.querySelector(`#${OPTION_ID}${currentId}`);
    if (!list.current || !option) return;
    option.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    // The list has less room when there is another button beside it.
    const observer = new ResizeObserver(([entry]) => entry && scrollAlong(entry.target, option));
    observer.observe(list.current);
    return () => observer.disconnect();
  }, [currentId]);

  function onKeyDown(event: KeyboardEvent) {
    const index = pictures.findIndex(({ id }) => id === currentId);
    if (event.key === 'Delete' && currentId !== undefined) return desk.remove(currentId);
    const next = nextIndex(event.key, index, pictures.length, STEPS);
    const picture = next === undefined ? undefined : pictures[next];
    if (!picture) return;
    event.preventDefault();
    desk.select(picture.id);
  }

  return (
    <div className={styles.strip}>
      <div
        ref={list}
        className={styles.list}
        role="listbox"
        aria-label="Pictures"
        aria-orientation="horizontal"
        tabIndex={0}
        aria-activedescendant={`${OPTION_ID}${currentId}`}
        onKeyDown={onKeyDown}
      >
        {pictures.map((picture) => (
          <Thumbnail
            key={picture.id}
            picture={picture}
            selected={picture.id === currentId}
            filters={filters}
            onSelect={desk.select}
          />
        ))}
      </div>
      <div className={styles.foot}>
        <p className={styles.progress}>{progressInWords(pictures)}</p>
        <div className={styles.buttons}>
          {pictures.some(canRetry) && (
            <button type="button" className="button" onClick={desk.retryFailed}>
              Retry failed
            </button>
          )}
          <button type="button" className="button" onClick={desk.clear}>
            Remove all
          </button>
        </div>
      </div>
    </div>
  );
}

/** Brings it into sight in the list, and leaves the page where it is. */
function scrollAlong(list: Element, option: Element): void {
  const [outer, inner] = [list.getBoundingClientRect(), option.getBoundingClientRect()];
  if (inner.left < outer.left) list.scrollLeft -= outer.left - inner.left;
  else if (inner.right > outer.right) list.scrollLeft += inner.right - outer.right;
}

interface ThumbnailProps {
  readonly picture: Picture;
  readonly selected: boolean;
  readonly filters: Filters;
  readonly onSelect: (id: number) => void;
}

const Thumbnail = memo(function Thumbnail({ picture, selected, filters, onSelect }: ThumbnailProps) {
  const { id, file, search } = picture;
  const url = useThumbnail(file);
  const answer = search.phase === 'found' ? search.answer : undefined;
  const count = answer ? filterAnswer(answer, filters).length : 0;
  // Only the picture in front is asked about again by itself.
  const mayLack = answer !== undefined && isBeyond(answer, filters.minConfidence, filters.iou);
  const words = searchInWords(search, count, mayLack);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list box listens to the keys
    // biome-ignore lint/a11y/useFocusableInteractive: the list box has the focus and names its active option
    <div
      id={`${OPTION_ID}${id}`}
      className={styles.thumbnail}
      role="option"
      aria-selected={selected}
      aria-label={`${file.name}, ${words}`}
      title={`${file.name}: ${words}`}
      data-phase={search.phase}
      onClick={() => onSelect(id)}
    >
      {url && <img src={url} alt="" draggable={false} />}
      <span className={styles.status}>
        {search.phase === 'found' ? `${count}${mayLack ? '+' : ''}` : STATUS[search.phase]}
      </span>
    </div>
  );
});

/** In the corner of a thumbnail, where there is room for one sign. */
const STATUS = { waiting: '…', searching: '', cancelled: '–', failed: '!' } as const;
