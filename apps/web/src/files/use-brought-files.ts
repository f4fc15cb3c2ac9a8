import { useEffect, useRef } from 'react';

/** Takes files that another part of the page hands over, each list once. */
export function useBroughtFiles(
  files: readonly File[] | undefined,
  take: (files: readonly File[]) => void,
): void {
  const taken = useRef<readonly File[]>(undefined);
  useEffect(() => {
    if (!files || taken.current === files) return;
    taken.current = files;
    take(files);
  }, [files, take]);
}
