'use client';

import { type ChangeEvent, useCallback, useId, useState } from 'react';
import type { PanelProps } from '../shell/panel-props.ts';
import { Announcer } from './announcer.tsx';
import styles from './image-panel.module.css';
import { ModelClasses } from './model-classes.tsx';
import { ACCEPT } from './picture-file.ts';
import { PictureStage } from './picture-stage.tsx';
import { PictureToolbar } from './picture-toolbar.tsx';
import { Results } from './results.tsx';
import { useDetectionView } from './use-detection-view.ts';
import { useImageSearch } from './use-image-search.ts';
import { useIncomingFiles } from './use-incoming-files.ts';

/** One picture at a time: chosen, dropped or pasted, sent to the server, shown with what was found in it. */
export function ImagePanel({ transport, serverUrl, model, onNoAnswer, active }: PanelProps) {
  const inputId = useId();
  const { search, state } = useImageSearch(transport, serverUrl, onNoAnswer);
  const view = useDetectionView(state);
  const [leftOut, setLeftOut] = useState(0);
  const take = useCallback(
    ([file, ...others]: readonly File[]) => {
      setLeftOut(others.length);
      if (file) search.search(file);
    },
    [search],
  );
  const dragging = useIncomingFiles(take, active);

  function onChoose({ target }: ChangeEvent<HTMLInputElement>) {
    take([...(target.files ?? [])]);
    // The same file can be chosen again.
    target.value = '';
  }

  return (
    <section className={styles.panel} aria-label="Find objects in a picture">
      <input
        id={inputId}
        className={`${styles.input} visually-hidden`}
        type="file"
        accept={ACCEPT}
        aria-label="Choose a picture"
        onChange={onChoose}
      />
      <PictureToolbar state={state} leftOut={leftOut} inputId={inputId} />
      <PictureStage state={state} search={search} view={view} inputId={inputId} dragging={dragging} />
      <div className={styles.side}>
        {state.phase === 'found' ? (
          <Results answer={state.answer} view={view} />
        ) : (
          <ModelClasses model={model} searching={state.phase === 'searching'} />
        )}
      </div>
      <Announcer state={state} shown={view.shown} />
    </section>
  );
}
