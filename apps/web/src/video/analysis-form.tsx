import { type FormEvent, useId, useState } from 'react';
import styles from './analysis-form.module.css';
import type { AnalysisSettings } from './video-store.ts';

interface Props {
  readonly settings: AnalysisSettings;
  /** What its button says it does; without a button, changes count at once. */
  readonly action?: string;
  readonly onChange: (settings: AnalysisSettings) => void;
}

/** What only the server can do: other frames, another overlap. */
export function AnalysisForm({ settings, action, onChange }: Props) {
  const id = useId();
  const [draft, setDraft] = useState({
    everyNth: String(settings.everyNth),
    iou: settings.iou.toFixed(2),
  });
  const next: AnalysisSettings = { everyNth: Number(draft.everyNth), iou: Number(draft.iou) };
  const changed = next.everyNth !== settings.everyNth || next.iou !== settings.iou;

  function write(input: HTMLInputElement) {
    const { name, value } = input;
    setDraft({ ...draft, [name]: value });
    // Each by itself: what is wrong with one is no reason to forget the other.
    if (!action && input.checkValidity()) onChange({ ...settings, [name]: Number(value) });
  }

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    if (changed) onChange(next);
  }

  return (
    <form className={styles.form} onSubmit={onSubmit}>
      <label htmlFor={`${id}-every`}>Analyse every</label>
      <input
        id={`${id}-every`}
        name="everyNth"
        type="number"
        inputMode="numeric"
        required
        min={1}
        max={100_000}
        value={draft.everyNth}
        onChange={({ target }) => write(target)}
      />
      <span>{draft.everyNth === '1' ? 'frame' : 'frames'}</span>
      <label htmlFor={`${id}-iou`}>Overlap at most (IoU)</label>
      <input
        id={`${id}-iou`}
        name="iou"
        type="number"
        inputMode="decimal"
        required
        min={0}
        max={1}
        step={0.01}
        value={draft.iou}
        onChange={({ target }) => write(target)}
      />
      {action && (
        <button type="submit" className="button" aria-disabled={!changed}>
          {action}
        </button>
      )}
    </form>
  );
}
