'use client';

import { useCallback, useState } from 'react';
import examples from '../../public/examples/index.json' with { type: 'json' };
import { ALL_CLASSES, DEFAULT_CONFIDENCE, DEFAULT_IOU } from '../detections/filter-detections.ts';
import { ChooseFiles } from '../files/choose-files.tsx';
import { DropHint } from '../files/drop-hint.tsx';
import { Invitation } from '../files/invitation.tsx';
import { useBroughtFiles } from '../files/use-brought-files.ts';
import { useIncomingFiles } from '../files/use-incoming-files.ts';
import { PART_PROBLEM } from '../problems/load-part.ts';
import { useLatePart } from '../problems/use-late-part.ts';
import type { PanelProps } from '../shell/panel-props.ts';
import { Toolbar } from '../shell/toolbar.tsx';
import styles from './image-panel.module.css';
import { ModelClasses } from './model-classes.tsx';
import { ACCEPT, FORMATS } from './picture-file.ts';
import type { Filters } from './use-detection-view.ts';
import { loadCalls, usePictureDesk } from './use-picture-desk.ts';

const FIRST_FILTERS: Filters = {
  minConfidence: DEFAULT_CONFIDENCE,
  iou: DEFAULT_IOU,
  classes: ALL_CLASSES,
};

const DRAWING = (
  <>
    <path d="M16 66 44 34l20 22 12-13 28 23" />
    <circle cx="82" cy="26" r="7" />
  </>
);

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
          {...{ desk, state, model, active, filters, boxesHidden, onHandOver }}
          current={state.current}
          onFilters={setFilters}
          onBoxesHidden={setBoxesHidden}
          onFiles={take}
        />
      ) : (
        <>
          <Toolbar name="Find objects in pictures" />
          <div className={styles.stage} data-testid="stage" data-phase="empty">
            {late ? (
              <PartMissing />
            ) : (
              <Invitation
                drawing={DRAWING}
                lead="Drop pictures here, or paste one"
                formats={FORMATS}
                examples={examples.images}
                onFiles={take}
              >
                <ChooseFiles label="Choose pictures" accept={ACCEPT} primary onFiles={take} />
              </Invitation>
            )}
          </div>
          <div className={styles.side}>
            <ModelClasses model={model} searching={false} />
          </div>
        </>
      )}
      {dragging && <DropHint />}
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
