import { useEffect, useState } from 'react';
import { makeThumbnail } from './make-thumbnail.ts';

/** An address of a small copy of a picture, once it is made; none for what the browser cannot show. */
export function useThumbnail(file: Blob): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    let made: string | undefined;
    let gone = false;
    makeThumbnail(file).then((blob) => {
      if (gone || !blob) return;
      made = URL.createObjectURL(blob);
      setUrl(made);
    });
    return () => {
      gone = true;
      if (made) URL.revokeObjectURL(made);
    };
  }, [file]);
  return url;
}
