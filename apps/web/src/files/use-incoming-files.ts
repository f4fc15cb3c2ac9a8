import { useEffect, useState } from 'react';
import { droppedFiles } from './dropped-files.ts';

/**
 * Takes files, and what is in folders, that are dropped anywhere on the page or pasted into it.
 *
 * @param onFiles called with at least one file; must stay the same between renders
 * @param active whether to listen
 * @returns whether files are being dragged over the page
 */
export function useIncomingFiles(onFiles: (files: readonly File[]) => void, active: boolean): boolean {
  const [dragging, setDragging] = useState(false);
  useEffect(() => {
    if (!active) return;
    const stop = new AbortController();
    const { signal } = stop;
    const take = (files: readonly File[]) => files.length > 0 && onFiles(files);
    const takeDropped = (transfer: DataTransfer) => void droppedFiles(transfer).then(take);
    addEventListener('dragover', (event) => onDrag(event, setDragging), { signal });
    addEventListener('dragleave', (event) => event.relatedTarget === null && setDragging(false), { signal });
    addEventListener('drop', (event) => onDrop(event, setDragging, takeDropped), { signal });
    addEventListener('paste', (event) => take([...(event.clipboardData?.files ?? [])]), { signal });
    return () => stop.abort();
  }, [onFiles, active]);
  return dragging;
}

/** Without this the browser would leave the page for the file. */
function onDrag(event: DragEvent, setDragging: (dragging: boolean) => void): void {
  if (!event.dataTransfer?.types.includes('Files')) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = 'copy';
  setDragging(true);
}

function onDrop(
  event: DragEvent,
  setDragging: (dragging: boolean) => void,
  take: (transfer: DataTransfer) => void,
): void {
  if (!event.dataTransfer?.types.includes('Files')) return;
  event.preventDefault();
  setDragging(false);
  take(event.dataTransfer);
}
