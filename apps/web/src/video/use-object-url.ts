import { useEffect, useState } from 'react';

/** An address that shows a picture for as long as the component is on the page. */
export function useObjectUrl(content: Blob | undefined): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const made = content && URL.createObjectURL(content);
    setUrl(made);
    return () => {
      if (made) URL.revokeObjectURL(made);
    };
  }, [content]);
  return url;
}
