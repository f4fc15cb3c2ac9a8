'use client';

import { useCallback, useId, useState } from 'react';
import examples from '../../public/examples/index.json' with { type: 'json' };
import { DropHint } from '../files/drop-hint.tsx';
import { Invitation } from '../files/invitation.tsx';
import { useBroughtFiles } from '../files/use-brought-files.ts';
import { useChosenFiles } from '../files/use-chosen-files.ts';
import { useIncomingFiles } from '../files/use-incoming-files.ts';
import { ModelClasses } from '../image/model-classes.tsx';
import { classesOfAnswers } from '../server/server-status.ts';
import type { PanelProps } from '../shell/panel-props.ts';
import { Toolbar } from '../shell/toolbar.tsx';
import { PREFERRED } from '../shell/use-kept-focus.ts';
import { AnalysisForm } from './analysis-form.tsx';
import { Announcer } from './announcer.tsx';
import { useVideoLibrary, useVideoState } from './use-video-library.ts';
import { VideoList } from './video-list.tsx';
import styles from './video-panel.module.css';
import { ACCEPT, FORMATS } from './video-problem.ts';
import { isRefused, videoFacts } from './video-status.ts';
import type { AnalysisSettings } from './video-store.ts';
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
      {job && video ? (
        <Toolbar name={video.name} facts={videoFacts(video)}>
          <button type="button" className="button" onClick={() => library.forget(job.id)}>
            Remove
          </button>
          <label htmlFor={inputId} className="button" data-choose>
            Add videos
          </label>
        </Toolbar>
      ) : (
        <Toolbar name="Find objects in videos" />
      )}
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
          {state.ready && (
            <Invitation
              drawing={<path d="M50 26v32l28-16z" />}
              lead="Drop a video here, or several"
              formats={FORMATS}
              examples={examples.videos}
              onFiles={take}
            >
              <label htmlFor={inputId} className="button primary" data-choose>
                Choose videos
              </label>
            </Invitation>
          )}
        </div>
      )}
      <div className={styles.side}>
        <VideoList jobs={state.jobs} selectedId={state.selectedId} library={library} />
        {job && !(video && isRefused(video)) ? (
          // Each video fills it anew; the list stays, and with it the focus.
          <div ref={setBeside} className={styles.beside} />
        ) : (
          <>
            <ModelClasses model={model} searching={false} />
            <div className={styles.foot}>
              <AnalysisForm settings={settings} onChange={setSettings} />
            </div>
          </>
        )}
      </div>
      {dragging && <DropHint />}
      <Announcer video={video} />
    </section>
  );
}
