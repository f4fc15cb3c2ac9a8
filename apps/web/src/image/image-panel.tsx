'use client';

import { useCallback, useState } from 'react';
import { ALL_CLASSES, DEFAULT_CONFIDENCE, DEFAULT_IOU } from '../detections/filter-detections.ts';
import { useBroughtFiles } from '../files/use-brought-files.ts';
import { useIncomingFiles } from '../files/use-incoming-files.ts';
import { PART_PROBLEM } from '../problems/load-part.ts';
import { useLatePart } from '../problems/use-late-part.ts';
import type { PanelProps } from '../shell/panel-props.ts';
import styles from './image-panel.module.css';
import { Invitation } from './invitation.tsx';
import { ModelClasses } from './model-classes.tsx';
import type { Filters } from './use-detection-view.ts';
import { loadCalls, usePictureDesk } from './use-picture-desk.ts';

const FIRST_FILTERS: Filters = {
  minConfidence: DEFAULT_CONFIDENCE,
  iou: DEFAULT_IOU,
  classes: ALL_CLASSES,
};

const loadWorkspace = () => import('./workspace.tsx');

/** Whoever comes near will want the rest of the page soon. A failure shows when it is really wanted. */
function prepare(): void {
  for (const part of [loadWorkspace(), loadCalls()]) part.catch(() => {});
}

/** Pictures: chosen, dropped, pasted or taken from the examples, sent to the server, shown with what was found. */
export function ImagePanel(props: PanelProps) {
  const { transport, serverUrl, model, onNoAnswer, active, brought, onHandOver } = props;
  const { desk, state } = usePictureDesk({ transport, serverUrl, model, onNoAnswer });
  // Here, not with the pictures: they outlast the last of them.
  const [filters, setFilters] = useState(FIRST_FILTERS);
  const [boxesHidden, setBoxesHidden] = useState(false);
  const take = useCallback((files: readonly File[]) => files.length > 0 && desk.add(files), [desk]);
  const { part, late } = useLatePart(loadWorkspace, state.current !== undefined);
  const dragging = useIncomingFiles(take, active);
  useBroughtFiles(brought, take);

  return (
    <section
      className={styles.panel}
      aria-label="Find objects in pictures"
      onPointerEnter={prepare}
      onFocus={prepare}
    >
      {part && state.current ? (
        <part.Workspace
          {...{ desk, state, model, active, filters, boxesHidden, dragging, onHandOver }}
          current={state.current}
          onFilters={setFilters}
          onBoxesHidden={setBoxesHidden}
          onFiles={take}
        />
      ) : (
        <>
          <h2 className={styles.title}>Find objects in pictures</h2>
          <div
            className={styles.stage}
            data-testid="stage"
            data-phase="empty"
            data-dragging={dragging || undefined}
          >
            {late ? <PartMissing /> : <Invitation onFiles={take} />}
            {dragging && <p className={styles.drop}>Drop anywhere</p>}
          </div>
          <div className={styles.side}>
            <ModelClasses model={model} searching={false} />
          </div>
        </>
      )}
    </section>
  );
}

/** In place of the pictures, while what shows them cannot be fetched. */
function PartMissing() {
  return (
    <div className={styles.missing} role="alert">
      <h3>{PART_PROBLEM.title}</h3>
      <p>{PART_PROBLEM.advice}</p>
    </div>
  );
}
