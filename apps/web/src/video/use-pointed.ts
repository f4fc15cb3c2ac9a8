import { type Dispatch, type SetStateAction, useMemo, useState } from 'react';

/** A detection; its id means nothing in another frame. */
interface Place {
  readonly frame: number;
  readonly id: number;
}

/** What in the video is pointed at. */
export interface Pointing {
  readonly hovered: Place | undefined;
  readonly selected: Place | undefined;
  readonly setHovered: Dispatch<SetStateAction<Place | undefined>>;
  readonly setSelected: Dispatch<SetStateAction<Place | undefined>>;
}

export function usePointing(): Pointing {
  const [hovered, setHovered] = useState<Place>();
  const [selected, setSelected] = useState<Place>();
  return { hovered, selected, setHovered, setSelected };
}

/** What in one frame is pointed at: what the pointer is on, else what was selected. */
interface Pointed {
  readonly highlightedId: number | undefined;
  readonly selectedId: number | undefined;
  hover(id: number | undefined): void;
  select(id: number | undefined): void;
  /** Selects it, or lets it go if it is selected. */
  toggle(id: number): void;
}

/** @param frame its number; 0 for none */
export function usePointed({ hovered, selected, setHovered, setSelected }: Pointing, frame: number): Pointed {
  const actions = useMemo(() => {
    const place = (id: number | undefined) => (id === undefined ? undefined : { frame, id });
    return {
      hover: (id: number | undefined) => setHovered(place(id)),
      select: (id: number | undefined) => setSelected(place(id)),
      toggle: (id: number) => setSelected((now) => (idIn(frame, now) === id ? undefined : place(id))),
    };
  }, [frame, setHovered, setSelected]);
  const selectedId = idIn(frame, selected);
  return { highlightedId: idIn(frame, hovered) ?? selectedId, selectedId, ...actions };
}

function idIn(frame: number, place: Place | undefined): number | undefined {
  return place?.frame === frame ? place.id : undefined;
}
