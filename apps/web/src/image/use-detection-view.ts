import { useCallback, useMemo, useState } from 'react';
import type { Detection } from '../detections/detection.ts';
import { type ClassChoice, filterDetections } from '../detections/filter-detections.ts';
import { type Answer, detectionsAt } from './answer.ts';
import type { Picture } from './picture.ts';

/** Which detections are wanted; the same for every picture on the page. */
export interface Filters {
  /** 0 to 1. */
  readonly minConfidence: number;
  /** 0 to 1. */
  readonly iou: number;
  readonly classes: ClassChoice;
}

/** What of an answer is shown, and what in it is pointed at. */
export interface DetectionView {
  /** Of all classes, down to the floor, for the ticks over the slider. */
  readonly all: readonly Detection[];
  /** Of all classes, sure enough. */
  readonly sure: readonly Detection[];
  /** What is drawn and listed. */
  readonly shown: readonly Detection[];
  /** What the pointer is on, else what was selected. */
  readonly highlightedId: number | undefined;
  readonly selectedId: number | undefined;
  readonly hover: (id: number | undefined) => void;
  readonly select: (id: number | undefined) => void;
  /** Selects it, or lets it go if it is selected. */
  readonly toggle: (id: number) => void;
}

const NONE: readonly Detection[] = [];

/** What is shown of an answer with these filters. */
export function filterAnswer(answer: Answer, { minConfidence, iou, classes }: Filters): readonly Detection[] {
  const all = detectionsAt(answer, iou, minConfidence < answer.completeFrom);
  return filterDetections(all, minConfidence, classes);
}

/** The view of the picture in front. What is pointed at is forgotten with the next picture. */
export function useDetectionView(picture: Picture | undefined, filters: Filters): DetectionView {
  const answer = picture?.search.phase === 'found' ? picture.search.answer : undefined;
  const [pointed, setPointed] = useState<{ hovered?: number | undefined; selected?: number | undefined }>({});
  const [owner, setOwner] = useState(answer);
  if (owner !== answer) {
    setOwner(answer);
    setPointed({});
  }
  const { minConfidence, iou, classes } = filters;
  const fromBelow = answer !== undefined && minConfidence < answer.completeFrom;
  // Suppression is the costlier part, and does not change with the confidence.
  const all = useMemo(() => (answer ? detectionsAt(answer, iou, fromBelow) : NONE), [answer, iou, fromBelow]);
  const sure = useMemo(() => filterDetections(all, minConfidence), [all, minConfidence]);
  const shown = useMemo(() => filterDetections(sure, 0, classes), [sure, classes]);
  const ifShown = (wanted: number | undefined) =>
    shown.some(({ id }) => id === wanted) ? wanted : undefined;
  const selectedId = ifShown(pointed.selected);
  const hover = useCallback(
    (hovered?: number) => setPointed((now) => (now.hovered === hovered ? now : { ...now, hovered })),
    [],
  );
  const select = useCallback((selected?: number) => setPointed((now) => ({ ...now, selected })), []);
  const toggle = useCallback(
    (id: number) => setPointed((now) => ({ ...now, selected: now.selected === id ? undefined : id })),
    [],
  );
  const highlightedId = ifShown(pointed.hovered) ?? selectedId;
  return { all, sure, shown, highlightedId, selectedId, hover, select, toggle };
}
