import { useEffect, useState } from 'react';
import styles from './video-invitation.module.css';

/** A clip that comes with the page; see public/examples/index.json. */
interface Example {
  readonly file: string;
  readonly title: string;
  readonly alt: string;
  readonly poster: string;
}

const FOLDER = '/examples/';

/** Clips that the repository draws itself, to try the page with. */
export function VideoExamples({ onFiles }: { onFiles: (files: readonly File[]) => void }) {
  const [examples, setExamples] = useState<readonly Example[]>([]);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const stop = new AbortController();
    fetchIndex(stop.signal).then(setExamples, () => {});
    return () => stop.abort();
  }, []);

  async function take({ file }: Example) {
    const clip = await fetchClip(file).catch(() => undefined);
    setFailed(!clip);
    if (clip) onFiles([clip]);
  }

  if (examples.length === 0) return null;
  return (
    <div className={styles.examples}>
      <p id="video-examples">Or take an example</p>
      <ul aria-labelledby="video-examples">
        {examples.map((example) => (
          <li key={example.file}>
            <button type="button" onClick={() => take(example)}>
              <img src={FOLDER + example.poster} alt="" />
              <span>{example.title}</span>
            </button>
          </li>
        ))}
      </ul>
      {failed && <p role="alert">The example cannot be fetched right now. Try again.</p>}
    </div>
  );
}

async function fetchIndex(signal: AbortSignal): Promise<readonly Example[]> {
  const response = await fetch(`${FOLDER}index.json`, { signal });
  return response.ok ? ((await response.json()).videos ?? []) : [];
}

async function fetchClip(file: string): Promise<File> {
  const response = await fetch(FOLDER + file);
  if (!response.ok) throw new Error(`${response.status}`);
  const blob = await response.blob();
  return new File([blob], file, { type: blob.type || 'video/mp4' });
}
