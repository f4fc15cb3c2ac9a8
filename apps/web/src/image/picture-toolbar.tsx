import type { Detection, Size } from '../detections/detection.ts';
import { ChooseFiles } from '../files/choose-files.tsx';
import type { ServedModel } from '../server/server-status.ts';
import { Toolbar } from '../shell/toolbar.tsx';
import { DownloadMenu } from './download-menu.tsx';
import type { Picture } from './picture.ts';
import type { DeskState, PictureDesk } from './picture-desk.ts';
import { ACCEPT, formatBytes } from './picture-file.ts';
import type { Filters } from './use-detection-view.ts';

interface Props {
  readonly desk: PictureDesk;
  readonly state: DeskState;
  readonly current: Picture;
  readonly model: ServedModel | undefined;
  readonly filters: Filters;
  readonly shown: readonly Detection[];
  readonly onFiles: (files: readonly File[]) => void;
}

/** Over the stage: which picture this is, what can be taken from it, and the way to more. */
export function PictureToolbar({ desk, state, current, model, filters, shown, onFiles }: Props) {
  return (
    <Toolbar name={current.file.name} facts={facts(current)}>
      <button type="button" className="button" onClick={() => desk.remove(current.id)}>
        Remove
      </button>
      <DownloadMenu {...{ desk, state, current, model, filters, shown }} />
      <ChooseFiles label="Add pictures" accept={ACCEPT} onFiles={onFiles} />
    </Toolbar>
  );
}

function facts({ file, search }: Picture): string {
  const size = search.phase === 'found' ? [formatSize(search.answer.sizePx)] : [];
  return [...size, formatBytes(file.size)].join(' · ');
}

function formatSize({ width, height }: Size): string {
  return `${width} × ${height}`;
}
