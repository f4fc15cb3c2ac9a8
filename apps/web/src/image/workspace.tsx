'use client';

import { type Dispatch, type SetStateAction, useDeferredValue, useEffect, useMemo, useState } from 'react';
import { KeysDialog } from '../keys/keys-dialog.tsx';
import { useKeyActions } from '../keys/use-key-actions.ts';
import type { ServedModel } from '../server/server-status.ts';
import type { HandOverFiles } from '../shell/panel-props.ts';
import { Announcer } from './announcer.tsx';
import { isBeyond } from './answer.ts';
import styles from './image-panel.module.css';
import { ModelClasses } from './model-classes.tsx';
import { isUnasked, type Picture } from './picture.ts';
import type { DeskState, PictureDesk } from './picture-desk.ts';
import { PictureStage } from './picture-stage.tsx';
import { PictureToolbar } from './picture-toolbar.tsx';
import { Results } from './results.tsx';
import { SHORTCUT_HELP, SHORTCUTS, type ShortcutActions } from './shortcuts.ts';
import { Strip } from './strip.tsx';
import { type Filters, useDetectionView } from './use-detection-view.ts';
import { createViewStore } from './view-store.ts';
import { ZOOM_STEP } from './viewport.ts';

interface Props {
  readonly desk: PictureDesk;
  readonly state: DeskState;
  readonly current: Picture;
  readonly model: ServedModel | undefined;
  readonly active: boolean;
  readonly filters: Filters;
  readonly boxesHidden: boolean;
  readonly onFilters: Dispatch<SetStateAction<Filters>>;
  readonly onBoxesHidden: Dispatch<SetStateAction<boolean>>;
  readonly onFiles: (files: readonly File[]) => void;
  readonly onHandOver: HandOverFiles;
}

/** The page's pictures, one in front, with what was found and all that can be done with it. */
export function Workspace(props: Props) {
  const { desk, state, current, model, active, filters, boxesHidden } = props;
  const { onFilters, onBoxesHidden, onFiles, onHandOver } = props;
  const [helpOpen, setHelpOpen] = useState(false);
  const view = useDetectionView(current, filters);
  // A slider on the move does not wait for all pictures.
  const stripFilters = useDeferredValue(filters);
  // Each picture is looked at anew.
  const store = useMemo(() => createViewStore(), [current.id]);
  useAskingAgain(desk, current, filters);

  const actions = useMemo<ShortcutActions>(
    () => ({
      zoomIn: () => store.zoomBy(ZOOM_STEP),
      zoomOut: () => store.zoomBy(1 / ZOOM_STEP),
      showWhole: store.showWhole,
      showFullSize: () => store.zoomTo(1),
      toggleBoxes: () => onBoxesHidden((hidden) => !hidden),
      next: () => step(desk, 1),
      previous: () => step(desk, -1),
      help: () => setHelpOpen(true),
    }),
    [store, desk, onBoxesHidden],
  );
  useKeyActions(SHORTCUTS, actions, active && !helpOpen);
  const { search } = current;

  return (
    <>
      <PictureToolbar {...{ desk, state, current, model, filters, onFiles }} shown={view.shown} />
      <PictureStage {...{ desk, current, view, store, boxesHidden, actions, onHandOver }} />
      {state.pictures.length > 1 && <Strip {...{ desk, state }} filters={stripFilters} />}
      <div className={styles.side}>
        {search.phase === 'found' ? (
          <Results
            key={current.id}
            {...{ search, view, filters }}
            onFilter={onFilters}
            onAskAgain={() => void desk.askAgain(current.id, filters.iou)}
          />
        ) : (
          <ModelClasses
            model={model}
            searching={search.phase === 'searching' || search.phase === 'waiting'}
          />
        )}
      </div>
      <Announcer state={state} shown={view.shown} boxesHidden={boxesHidden} />
      {helpOpen && <KeysDialog keys={SHORTCUT_HELP} onClose={() => setHelpOpen(false)} />}
    </>
  );
}

function step(desk: PictureDesk, by: number): void {
  const { pictures, current } = desk.getState();
  const next = pictures[pictures.findIndex(({ id }) => id === current?.id) + by];
  if (next) desk.select(next.id);
}

/** Long enough that a slider on its way does not ask at every step. */
const ASK_AGAIN_MS = 350;

/** Asks the server where the answer does not hold what the filters want; about the same overlap again only on demand. */
function useAskingAgain(desk: PictureDesk, { id, search }: Picture, { minConfidence, iou }: Filters) {
  const wanted =
    search.phase === 'found' && isUnasked(search, iou) && isBeyond(search.answer, minConfidence, iou);
  useEffect(() => {
    if (!wanted) return;
    const timer = setTimeout(() => void desk.askAgain(id, iou), ASK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [desk, id, iou, wanted]);
}
