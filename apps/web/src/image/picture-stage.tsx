import { type CSSProperties, useSyncExternalStore } from 'react';
import { ProblemMessage } from '../problems/message.tsx';
import type { HandOverFiles } from '../shell/panel-props.ts';
import type { Tab } from '../shell/tab.ts';
import panelStyles from './image-panel.module.css';
import type { Picture } from './picture.ts';
import type { PictureDesk } from './picture-desk.ts';
import styles from './picture-stage.module.css';
import { PictureView } from './picture-view.tsx';
import type { ShortcutActions } from './shortcuts.ts';
import { StageControls } from './stage-controls.tsx';
import { Cancelled, Searching, Waiting } from './stage-messages.tsx';
import type { DetectionView } from './use-detection-view.ts';
import type { ViewStore } from './view-store.ts';

interface Props {
  readonly desk: PictureDesk;
  readonly current: Picture;
  readonly view: DetectionView;
  readonly store: ViewStore;
  readonly boxesHidden: boolean;
  readonly actions: ShortcutActions;
  readonly onHandOver: HandOverFiles;
}

/** Where the picture in front is shown, under what was found and what happens, over its controls. */
export function PictureStage(props: Props) {
  const { desk, current, view, store, boxesHidden, actions } = props;
  const { id, search } = current;
  const cancel = () => desk.cancel(id);
  const retry = () => desk.retry(id);
  const handOver = (tab: Tab) => props.onHandOver(tab, desk.takeFor(tab));
  const ratio = useSyncExternalStore(
    store.subscribe,
    () => ratioOf(store),
    () => undefined,
  );
  return (
    <div
      className={panelStyles.stage}
      style={{ '--ratio': ratio } as CSSProperties}
      data-phase={search.phase}
      data-testid="stage"
    >
      <div
        className={styles.area}
        data-stale={search.phase === 'failed' || search.phase === 'cancelled' || undefined}
      >
        <PictureView key={id} picture={current} view={view} store={store} boxesHidden={boxesHidden} />
        {search.phase === 'waiting' && <Waiting onCancel={cancel} />}
        {search.phase === 'searching' && (
          <Searching key={`searching ${id}`} sent={search.sent} onCancel={cancel} />
        )}
        {search.phase === 'cancelled' && <Cancelled onRetry={retry} />}
        {search.phase === 'failed' && (
          <ProblemMessage problem={search.problem} onRetry={retry} onHandOver={handOver} />
        )}
      </div>
      <StageControls store={store} boxesHidden={boxesHidden} actions={actions} />
    </div>
  );
}

/** Of the picture's width to its height; undefined until that is known. */
function ratioOf(store: ViewStore): number | undefined {
  const picture = store.get()?.sight.picture;
  return picture && picture.width / picture.height;
}
