import { type FocusEvent, type KeyboardEvent, useId, useRef, useState } from 'react';
import type { Detection } from '../detections/detection.ts';
import { loadPart, PartError } from '../problems/load-part.ts';
import { classesOfAnswers, type ServedModel } from '../server/server-status.ts';
import { IncompleteError } from './asking-again.ts';
import styles from './download-menu.module.css';
import type { DataFormat } from './downloads.ts';
import type { Picture } from './picture.ts';
import type { DeskState, PictureDesk } from './picture-desk.ts';
import { type Filters, filterAnswer } from './use-detection-view.ts';

interface Props {
  readonly desk: PictureDesk;
  readonly state: DeskState;
  readonly current: Picture;
  readonly model: ServedModel | undefined;
  readonly filters: Filters;
  readonly shown: readonly Detection[];
}

type Downloads = typeof import('./downloads.ts');

const FORMATS: readonly DataFormat[] = ['JSON', 'CSV', 'COCO'];

/** What can be saved: of the picture in front, or of all that have an answer. Always what is shown, as it is filtered. */
export function DownloadMenu({ desk, state, current, model, filters, shown }: Props) {
  const [open, setOpen] = useState(false);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const menu = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const found = state.pictures.filter(({ search }) => search.phase === 'found');
  const enabled = current.search.phase === 'found';
  const isAsking = busy && found.some(({ search }) => 'again' in search && search.again === 'asking');

  function close() {
    setOpen(false);
    // Whoever has gone on meanwhile is not called back.
    if (menu.current?.contains(document.activeElement)) button.current?.focus();
  }

  async function save(what: (downloads: Downloads) => void | Promise<void>) {
    if (busy) return;
    setProblem('');
    setBusy(true);
    try {
      await what(await loadPart(() => import('./downloads.ts')));
      close();
    } catch (error) {
      setProblem(whyNotSaved(error));
      setOpen(true);
    } finally {
      setBusy(false);
    }
  }

  async function saveBoxes({ saveData }: Downloads, format: DataFormat, pictures: readonly Picture[]) {
    const ids = pictures.map(({ id }) => id);
    const answered = await desk.answersFor(ids, filters.minConfidence, filters.iou);
    if (answered.length === 0) return;
    const sources = answered.map(({ file, answer }) => ({
      ...{ name: file.name, sizePx: answer.sizePx },
      detections: filterAnswer(answer, filters),
    }));
    const models = answered.map(({ answer }) => answer.model);
    saveData(format, sources, classesOfAnswers(model, models));
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its buttons' events pass here
    <div
      ref={menu}
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
      <div id={id} className={`card ${styles.choices}`} hidden={!open || !enabled}>
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
        {isAsking && (
          <p className={styles.asking} role="status">
            There are more boxes than the server lists at once. It is being asked for the rest&nbsp;…
          </p>
        )}
        {problem && (
          <p className={styles.failed} role="alert">
            {problem}
          </p>
        )}
      </div>
    </div>
  );
}

function whyNotSaved(error: unknown): string {
  if (error instanceof PartError) {
    return 'A part of the page that this needs could not be fetched. Try again.';
  }
  if (!(error instanceof IncompleteError)) return 'This browser cannot draw this picture.';
  const { fileName, problem } = error;
  return `Nothing was saved: the server lists only some of the boxes in ${fileName}, and was asked for the rest in vain: ${problem.title.toLowerCase()}.`;
}
