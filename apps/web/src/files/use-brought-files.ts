import { useEffect, useRef } from 'react';

/** Takes files that another part of the page hands over: each list once, in their order. */
export function useBroughtFiles(
  brought: readonly (readonly File[])[],
  take: (files: readonly File[]) => void,
): void {
  const taken = useRef(0);
  useEffect(() => {
    const fresh = brought.slice(taken.current);
    taken.current = brought.length;
    for (const files of fresh) take(files);
  }, [brought, take]);
}
