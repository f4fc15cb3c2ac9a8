import { useCallback, useMemo, useState } from 'react';
import type { Detection } from '../detections/detection.ts';
import { DEFAULT_CONFIDENCE, filterDetections } from '../detections/filter-detections.ts';
import type { SearchState } from './image-search.ts';

/** What of an answer is shown, and what in it is pointed at. */
export interface DetectionView {
  readonly shown: readonly Detection[];
  /** 0 to 1. */
  readonly minConfidence: number;
  readonly setMinConfidence: (value: number) => void;
  /** What the pointer is on, else what was selected. */
  readonly highlightedId: number | undefined;
  readonly selectedId: number | undefined;
  readonly hover: (id: number | undefined) => void;
  readonly select: (id: number | undefined) => void;
  /** Selects it, or lets it go if it is selected. */
  readonly toggle: (id: number) => void;
}

const NONE: readonly Detection[] = [];

/** The view of the current answer. The slider's place is kept from picture to picture, what is pointed at is not. */
export function useDetectionView(state: SearchState): DetectionView {
  const [minConfidence, setMinConfidence] = useState(DEFAULT_CONFIDENCE);
  const [pointed, setPointed] = useState<{ hovered?: number | undefined; selected?: number | undefined }>({});
  const [owner, setOwner] = useState(state);
  if (owner !== state) {
    setOwner(state);
    setPointed({});
  }
  const detections = state.phase === 'found' ? state.answer.detections : NONE;
  const shown = useMemo(() => filterDetections(detections, minConfidence), [detections, minConfidence]);
  const ifShown = (wanted: number | undefined) =>
    shown.some(({ id }) => id === wanted) ? wanted : undefined;
  const selectedId = ifShown(pointed.selected);
  const hover = useCallback((hovered?: number) => setPointed((now) => ({ ...now, hovered })), []);
  const select = useCallback((selected?: number) => setPointed((now) => ({ ...now, selected })), []);
  const toggle = useCallback(
    (id: number) => setPointed((now) => ({ ...now, selected: now.selected === id ? undefined : id })),
    [],
  );
  return {
    shown,
    minConfidence,
    setMinConfidence,
    highlightedId: ifShown(pointed.hovered) ?? selectedId,
    selectedId,
    hover,
    select,
    toggle,
  };
}
