import { type FormEvent, useId, useState } from 'react';
import styles from './analysis-form.module.css';
import type { AnalysisSettings } from './video-store.ts';

interface Props {
  readonly settings: AnalysisSettings;
  /** What its button says it does. */
  readonly action: string;
  readonly onChange: (settings: AnalysisSettings) => void;
}

/** What only the server can do: other frames, another overlap. */
export function AnalysisForm({ settings, action, onChange }: Props) {
  const id = useId();
  const [draft, setDraft] = useState({
    everyNth: String(settings.everyNth),
    overlap: String(Math.round(settings.iou * 100)),
  });
  const next: AnalysisSettings = { everyNth: Number(draft.everyNth), iou: Number(draft.overlap) / 100 };
  const changed = next.everyNth !== settings.everyNth || next.iou !== settings.iou;

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    if (changed) onChange(next);
  }

  return (
    <form className={styles.form} onSubmit={onSubmit}>
      <label htmlFor={`${id}-every`}>Analyse every</label>
      <input
        id={`${id}-every`}
        type="number"
        inputMode="numeric"
        required
        min={1}
        max={100_000}
        value={draft.everyNth}
        onChange={({ target }) => setDraft({ ...draft, everyNth: target.value })}
      />
      <span>{draft.everyNth === '1' ? 'frame' : 'frames'}</span>
      <label htmlFor={`${id}-iou`}>Overlap at most (IoU)</label>
      <input
        id={`${id}-iou`}
        type="number"
        inputMode="numeric"
        required
        min={0}
        max={100}
        value={draft.overlap}
        onChange={({ target }) => setDraft({ ...draft, overlap: target.value })}
      />
      <span>%</span>
      <button type="submit" className="button" aria-disabled={!changed}>
        {action}
      </button>
    </form>
  );
}
