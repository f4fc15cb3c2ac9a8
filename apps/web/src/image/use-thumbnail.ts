import { useEffect, useState } from 'react';
import { makeThumbnail } from './make-thumbnail.ts';

/** An address of a small copy of a picture, once it is made; none for what the browser cannot show. */
export function useThumbnail(file: Blob): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    let made: string | undefined;
    const stop = new AbortController();
    makeThumbnail(file, stop.signal).then((blob) => {
      if (stop.signal.aborted || !blob) return;
      made = URL.createObjectURL(blob);
      setUrl(made);
    });
    return () => {
      stop.abort();
      if (made) URL.revokeObjectURL(made);
    };
  }, [file]);
  return url;
}
