'use client';

import { useCallback, useId, useState } from 'react';
import { useBroughtFiles } from '../files/use-brought-files.ts';
import { useChosenFiles } from '../files/use-chosen-files.ts';
import { useIncomingFiles } from '../files/use-incoming-files.ts';
import { ModelClasses } from '../image/model-classes.tsx';
import { classesOfAnswers } from '../server/server-status.ts';
import type { PanelProps } from '../shell/panel-props.ts';
import { PREFERRED } from '../shell/use-kept-focus.ts';
import { AnalysisForm } from './analysis-form.tsx';
import { Announcer } from './announcer.tsx';
import { useVideoLibrary, useVideoState } from './use-video-library.ts';
import { VideoInvitation } from './video-invitation.tsx';
import { VideoList } from './video-list.tsx';
import styles from './video-panel.module.css';
import { ACCEPT } from './video-problem.ts';
import type { AnalysisSettings } from './video-store.ts';
import { VideoToolbar } from './video-toolbar.tsx';
import { VideoView } from './video-view.tsx';
import { FIRST_VIEW } from './view-settings.ts';

/** A sample of each second or so, and the original service's own limit of overlap. */
const FIRST_SETTINGS: AnalysisSettings = { everyNth: 24, iou: 0.45 };

/** Videos: chosen or dropped, uploaded and analysed at once, played with what was found in them. */
export function VideoPanel({ transport, model, onNoAnswer, active, brought, onHandOver }: PanelProps) {
  const inputId = useId();
  const { library, state } = useVideoLibrary(transport, onNoAnswer, model !== undefined);
  const [settings, setSettings] = useState(FIRST_SETTINGS);
  const [view, setView] = useState(FIRST_VIEW);
  const job = state.jobs.find(({ id }) => id === state.selectedId);
  const video = useVideoState(job);
  const take = useCallback(
    (files: readonly File[]) => void library.add(files, settings),
    [library, settings],
  );
  const dragging = useIncomingFiles(take, active);
  useBroughtFiles(brought, take);
  const chosen = useChosenFiles(take);
  const changeSettings = useCallback(
    (next: AnalysisSettings) => {
      setSettings(next);
      job?.analyseAgain(next);
    },
    [job],
  );
  const [beside, setBeside] = useState<HTMLDivElement | null>(null);

  return (
    <section className={styles.panel} aria-label="Find objects in videos" aria-busy={!state.ready}>
      <input
        id={inputId}
        className={`${styles.input} visually-hidden`}
        type="file"
        multiple
        accept={ACCEPT}
        aria-label={job ? 'Add videos' : 'Choose videos'}
        {...chosen}
        {...(job ? {} : PREFERRED)}
      />
      <VideoToolbar video={video} inputId={inputId} onForget={() => job && library.forget(job.id)} />
      {job && video ? (
        <VideoView
          key={job.id}
          job={job}
          video={video}
          active={active}
          view={view}
          onView={setView}
          beside={beside}
          modelClasses={classesOfAnswers(model, [video.media?.model])}
          onSettings={changeSettings}
          onHandOver={(tab) => onHandOver(tab, library.takeFor(tab))}
        />
      ) : (
        <div className={styles.stage} data-testid="video-stage" data-phase="empty">
          {state.ready && <VideoInvitation inputId={inputId} onFiles={take} />}
        </div>
      )}
      <div className={styles.side}>
        <VideoList jobs={state.jobs} selectedId={state.selectedId} library={library} />
        {job ? (
          // Each video fills it anew; the list stays, and with it the focus.
          <div ref={setBeside} className={styles.beside} />
        ) : (
          <>
            <ModelClasses model={model} searching={false} />
            <div className={styles.foot}>
              <AnalysisForm settings={settings} action="Use for the next videos" onChange={setSettings} />
            </div>
          </>
        )}
      </div>
      {dragging && <p className={styles.drop}>Drop them anywhere</p>}
      <Announcer video={video} />
    </section>
  );
}
