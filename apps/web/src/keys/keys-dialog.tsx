import { useEffect, useRef } from 'react';
import styles from './keys-dialog.module.css';
import { setSingleKeys, useSingleKeys } from './use-single-keys.ts';

/** Keys, as they are written on them, and what they do, for people. */
export type KeyHelp = readonly (readonly [keys: readonly string[], does: string])[];

interface Props {
  readonly keys: KeyHelp;
  readonly onClose: () => void;
}

/** What single keys do, and the switch that turns them off. */
export function KeysDialog({ keys, onClose }: Props) {
  const singleKeys = useSingleKeys();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={`card ${styles.dialog}`}
      aria-labelledby="keys-title"
      // Told late: it may be open again by then.
      onClose={() => dialog.current?.open || onClose()}
    >
      <h2 id="keys-title">Keyboard</h2>
      <dl className={styles.list}>
        {keys.map(([names, does]) => (
          <div key={does} className={styles.row}>
            <dt>
              {names.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <label className={styles.choice}>
        <input
          type="checkbox"
          checked={singleKeys}
          onChange={({ target }) => setSingleKeys(target.checked)}
        />
        Listen to single keys
      </label>
      <form method="dialog">
        <button type="submit" className="button">
          Close
        </button>
      </form>
    </dialog>
  );
}
