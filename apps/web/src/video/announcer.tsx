import { SettledStatus } from '../shell/settled-status.tsx';
import type { VideoState } from './video-state.ts';
import { countFrames } from './video-status.ts';

/** Tells screen readers what has become of a video: milestones, not every percent. Failures are alerts where they are shown. */
export function Announcer({ video }: { video: VideoState | undefined }) {
  return <SettledStatus label="Progress" text={video ? announce(video) : ''} />;
}

function announce({ name, phase, upload, analysis, frames, media }: VideoState): string {
  if (phase === 'done') return `${name}: done, ${countFrames(frames.length)} analysed`;
  if (phase === 'cancelled') return `${name}: cancelled`;
  if (phase !== 'running') return '';
  const trouble = upload.trouble ?? analysis.trouble;
  if (trouble) return trouble === 'offline' ? `${name}: offline, waiting` : `${name}: no answer, waiting`;
  const share = media && media.declaredMs > 0 ? analysis.timeMs / media.declaredMs : 0;
  const quarters = Math.floor(share * 4) * 25;
  if (quarters > 0) return `${name}: ${quarters}% analysed`;
  return upload.done ? `${name}: uploaded, being analysed` : `${name}: being uploaded`;
}
