import { type FocusEvent, type KeyboardEvent, useId, useRef, useState } from 'react';
import type { Detection } from '../detections/detection.ts';
import type { ServedModel } from '../server/server-status.ts';
import styles from './download-menu.module.css';
import type { Picture } from './picture.ts';
import type { DeskState } from './picture-desk.ts';
import { type Filters, filterAnswer } from './use-detection-view.ts';

interface Props {
  readonly state: DeskState;
  readonly current: Picture;
  readonly model: ServedModel | undefined;
  readonly filters: Filters;
  readonly shown: readonly Detection[];
}

/** What can be saved: of the picture in front, or of all that have an answer. Always what is shown, as it is filtered. */
export function DownloadMenu({ state, current, model, filters, shown }: Props) {
  const [open, setOpen] = useState(false);
  const [failed, setFailed] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const found = state.pictures.filter(({ search }) => search.phase === 'found');
  const enabled = current.search.phase === 'found';

  function close() {
    setOpen(false);
    button.current?.focus();
  }

  async function save(what: (downloads: typeof import('./downloads.ts')) => void | Promise<void>) {
    try {
      setFailed(false);
      await what(await import('./downloads.ts'));
      close();
    } catch {
      setFailed(true);
    }
  }

  const sources = (pictures: readonly Picture[]) =>
    pictures.flatMap(({ file, search }) =>
      search.phase === 'found'
        ? [
            {
              name: file.name,
              sizePx: search.answer.sizePx,
              detections: filterAnswer(search.answer, filters),
            },
          ]
        : [],
    );
  const classes = model?.classes ?? [];

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its buttons' events pass here
    <div
      className={styles.menu}
      onKeyDown={(event: KeyboardEvent) => event.key === 'Escape' && open && close()}
      onBlur={(event: FocusEvent) => !event.currentTarget.contains(event.relatedTarget) && setOpen(false)}
    >
      <button
        ref={button}
        type="button"
        className="button"
        aria-expanded={open && enabled}
        aria-controls={id}
        aria-disabled={!enabled}
        onClick={() => enabled && setOpen(!open)}
      >
        Download
      </button>
      <div id={id} className={styles.choices} hidden={!open || !enabled}>
        <button type="button" onClick={() => save((to) => to.saveAnnotated(current, shown))}>
          Picture with its boxes <span>PNG</span>
        </button>
        {(['JSON', 'CSV', 'COCO'] as const).map((format) => (
          <button
            key={format}
            type="button"
            onClick={() => save((to) => to.saveData(format, sources([current]), classes))}
          >
            Boxes <span>{format}</span>
          </button>
        ))}
        {found.length > 1 &&
          (['JSON', 'CSV', 'COCO'] as const).map((format) => (
            <button
              key={format}
              type="button"
              onClick={() => save((to) => to.saveData(format, sources(found), classes))}
            >
              All {found.length} pictures’ boxes <span>{format}</span>
            </button>
          ))}
        {failed && (
          <p className={styles.failed} role="alert">
            This browser cannot draw this picture.
          </p>
        )}
      </div>
    </div>
  );
}
