import { type FormEvent, type InputHTMLAttributes, useId, useState } from 'react';
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
  const [draft, setDraft] = useState({
    everyNth: String(settings.everyNth),
    iou: settings.iou.toFixed(2),
  });
  const next: AnalysisSettings = { everyNth: Number(draft.everyNth), iou: Number(draft.iou) };
  const changed = next.everyNth !== settings.everyNth || next.iou !== settings.iou;

  function write(name: keyof AnalysisSettings, value: string, isAllowed: boolean) {
    setDraft({ ...draft, [name]: value });
    // Each by itself: what is wrong with one is no reason to forget the other.
    if (!action && isAllowed) onChange({ ...settings, [name]: Number(value) });
  }

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    if (changed) onChange(next);
  }

  return (
    <form className={styles.form} onSubmit={onSubmit}>
      <NumberField
        label="Analyse every"
        unit={draft.everyNth === '1' ? 'frame' : 'frames'}
        allowed="A whole number from 1 to 100,000"
        inputMode="numeric"
        min={1}
        max={100_000}
        value={draft.everyNth}
        onWrite={(value, isAllowed) => write('everyNth', value, isAllowed)}
      />
      <NumberField
        label="Overlap at most (IoU)"
        allowed="From 0 to 1, in hundredths"
        inputMode="decimal"
        min={0}
        max={1}
        step={0.01}
        value={draft.iou}
        onWrite={(value, isAllowed) => write('iou', value, isAllowed)}
      />
      {action && (
        <button type="submit" className="button" aria-disabled={!changed}>
          {action}
        </button>
      )}
    </form>
  );
}

interface NumberFieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange'> {
  readonly label: string;
  readonly unit?: string;
  /** Shown while something else is in it. */
  readonly allowed: string;
  readonly onWrite: (value: string, isAllowed: boolean) => void;
}

function NumberField({ label, unit, allowed, onWrite, ...input }: NumberFieldProps) {
  const id = useId();
  const [isAllowed, setAllowed] = useState(true);
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <input
        {...input}
        id={id}
        type="number"
        required
        aria-describedby={`${id}-allowed`}
        onChange={({ target }) => {
          const isValid = target.checkValidity();
          setAllowed(isValid);
          onWrite(target.value, isValid);
        }}
      />
      {unit && <span>{unit}</span>}
      <p id={`${id}-allowed`} className={styles.allowed} role="status">
        {!isAllowed && allowed}
      </p>
    </>
  );
}
