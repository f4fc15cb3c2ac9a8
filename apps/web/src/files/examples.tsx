import { useState } from 'react';
import styles from './invitation.module.css';

/** A file that comes with the page; see public/examples/index.json. */
export interface Example {
  readonly file: string;
  readonly title: string;
  /** Of a video: a picture of it. */
  readonly poster?: string;
}

const FOLDER = '/examples/';

/** Scenes that the repository draws itself, for a first look. */
export function Examples({
  examples,
  onFiles,
}: {
  examples: readonly Example[];
  onFiles: (files: readonly File[]) => void;
}) {
  const [failed, setFailed] = useState(false);

  async function take({ file }: Example) {
    const example = await fetchExample(file).catch(() => undefined);
    setFailed(!example);
    if (example) onFiles([example]);
  }

  return (
    <section className={styles.examples} aria-label="Examples">
      <p className={styles.muted}>or take an example</p>
      <ul className={styles.list}>
        {examples.map((example) => (
          <li key={example.file}>
            <button type="button" className={styles.example} onClick={() => take(example)}>
              <img src={FOLDER + (example.poster ?? example.file)} alt="" loading="lazy" />
              <span>{example.title}</span>
            </button>
          </li>
        ))}
      </ul>
      {failed && <p role="alert">That example could not be fetched. Try again.</p>}
    </section>
  );
}

async function fetchExample(name: string): Promise<File> {
  const response = await fetch(FOLDER + name);
  if (!response.ok) throw new Error(response.statusText);
  const blob = await response.blob();
  return new File([blob], name, { type: blob.type });
}
