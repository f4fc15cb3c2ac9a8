import { useEffect, useState } from 'react';
import styles from './workbench.module.css';

/** A fetch that goes well is over by then. */
const LATE_MS = 2_000;

/** In place of a tab's content that is being fetched; says something when that takes long. */
export function PanelMissing() {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), LATE_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!late) return null;
  return (
    <div className={styles.missing} role="alert">
      <h2>This part of the page is not here yet</h2>
      <p>
        It is fetched as soon as there is a connection, and the other tab keeps what is in it. If this page
        was replaced by a newer one, only reloading helps.
      </p>
      <button type="button" className="button" onClick={() => location.reload()}>
        Reload the page
      </button>
    </div>
  );
}
