import { useState } from 'react';
import examples from '../../public/examples/index.json' with { type: 'json' };
import styles from './examples.module.css';

/** Scenes that the repository draws itself, for a first look. */
export function Examples({ onFiles }: { onFiles: (files: readonly File[]) => void }) {
  const [failed, setFailed] = useState(false);

  async function take(name: string) {
    setFailed(false);
    try {
      const response = await fetch(addressOf(name));
      if (!response.ok) throw new Error(response.statusText);
      onFiles([new File([await response.blob()], name, { type: 'image/jpeg' })]);
    } catch {
      setFailed(true);
    }
  }

  return (
    <section className={styles.examples} aria-label="Examples">
      <p className={styles.title}>or take an example</p>
      <ul className={styles.list}>
        {examples.images.map(({ file, title, width, height }) => (
          <li key={file}>
            <button type="button" className={styles.example} onClick={() => take(file)}>
              <img src={addressOf(file)} alt="" width={width} height={height} loading="lazy" />
              <span>{title}</span>
            </button>
          </li>
        ))}
      </ul>
      {failed && <p role="alert">That example could not be fetched. Try again.</p>}
    </section>
  );
}

function addressOf(name: string): string {
  return `/examples/${name}`;
}
