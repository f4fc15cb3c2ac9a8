import { useCallback, useEffect, useRef } from 'react';

/** What a file input needs to hand over what is chosen, also what was chosen before the page could listen. */
export function useChosenFiles(onFiles: (files: readonly File[]) => void) {
  const ref = useRef<HTMLInputElement>(null);
  const onChange = useCallback(() => {
    const input = ref.current;
    if (!input?.files?.length) return;
    onFiles([...input.files]);
    // The same file can be chosen again.
    input.value = '';
  }, [onFiles]);
  useEffect(onChange, [onChange]);
  return { ref, onChange };
}
