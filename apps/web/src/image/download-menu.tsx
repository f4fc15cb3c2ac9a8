import { type FocusEvent, type KeyboardEvent, useId, useRef, useState } from 'react';
import type { Detection } from '../detections/detection.ts';
import { classesOfAnswers, type ServedModel } from '../server/server-status.ts';
import styles from './download-menu.module.css';
import type { DataFormat } from './downloads.ts';
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

type Downloads = typeof import('./downloads.ts');

const FORMATS: readonly DataFormat[] = ['JSON', 'CSV', 'COCO'];

/** What can be saved: of the picture in front, or of all that have an answer. Always what is shown, as it is filtered. */
export function DownloadMenu({ state, current, model, filters, shown }: Props) {
  const [open, setOpen] = useState(false);
  const [problem, setProblem] = useState('');
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const found = state.pictures.filter(({ search }) => search.phase === 'found');
  const enabled = current.search.phase === 'found';

  function close() {
    setOpen(false);
    button.current?.focus();
  }

  async function save(what: (downloads: Downloads) => void | Promise<void>) {
    setProblem('');
    const downloads = await import('./downloads.ts').catch(() => undefined);
    if (!downloads) return setProblem('A part of the page that this needs could not be fetched. Try again.');
    try {
      await what(downloads);
      close();
    } catch {
      setProblem('This browser cannot draw this picture.');
    }
  }

  function saveBoxes({ saveData }: Downloads, format: DataFormat, pictures: readonly Picture[]) {
    const answered = pictures.flatMap(({ file, search }) =>
      search.phase === 'found' ? [{ name: file.name, answer: search.answer }] : [],
    );
    const sources = answered.map(({ name, answer }) => ({
      ...{ name, sizePx: answer.sizePx },
      detections: filterAnswer(answer, filters),
    }));
    const models = answered.map(({ answer }) => answer.model);
    saveData(format, sources, classesOfAnswers(model, models));
  }

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
        {FORMATS.map((format) => (
          <button key={format} type="button" onClick={() => save((to) => saveBoxes(to, format, [current]))}>
            Boxes <span>{format}</span>
          </button>
        ))}
        {found.length > 1 &&
          FORMATS.map((format) => (
            <button key={format} type="button" onClick={() => save((to) => saveBoxes(to, format, found))}>
              All {found.length} pictures’ boxes <span>{format}</span>
            </button>
          ))}
        {problem && (
          <p className={styles.failed} role="alert">
            {problem}
          </p>
        )}
      </div>
    </div>
  );
}
