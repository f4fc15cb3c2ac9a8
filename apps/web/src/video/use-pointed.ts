import { useMemo, useState } from 'react';

/** What in the picture is pointed at; detections are known by their id within their frame. */
export interface Pointed {
  readonly highlightedId: number | undefined;
  readonly selectedId: number | undefined;
  hover(id: number | undefined): void;
  select(id: number | undefined): void;
  /** Selects it, or lets it go if it is selected. */
  toggle(id: number): void;
}

/** What the pointer is on, else what was selected. */
export function usePointed(): Pointed {
  const [hovered, hover] = useState<number>();
  const [selectedId, select] = useState<number>();
  const actions = useMemo(
    () => ({
      hover: (id: number | undefined) => hover(id),
      select: (id: number | undefined) => select(id),
      toggle: (id: number) => select((now) => (now === id ? undefined : id)),
    }),
    [],
  );
  return { highlightedId: hovered ?? selectedId, selectedId, ...actions };
}
