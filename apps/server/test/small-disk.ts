import { spawnSync } from 'node:child_process';
import { temporaryFolder } from './small-model.ts';

/** A disk of its own, of one megabyte. */
export interface SmallDisk {
  readonly path: string;
  /** Lets it be written to, or not. */
  remount(mode: 'ro' | 'rw'): void;
  unmount(): void;
}

/** @returns `undefined`, loudly, where this process may not mount one */
export function mountSmallDisk(): SmallDisk | undefined {
  const { path, remove } = temporaryFolder();
  const mount = (...args: string[]) => spawnSync('mount', args).status === 0;
  if (process.platform !== 'linux' || !mount('-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path)) {
    remove();
    console.warn('\nNOT TESTED: a full and a read-only disk\n  because this process may not mount one\n');
    return undefined;
  }
  return {
    path,
    remount(mode) {
      if (!mount('-o', `remount,${mode}`, path)) throw new Error(`the disk cannot be mounted ${mode}`);
    },
    unmount() {
      spawnSync('umount', ['-l', path]);
      remove();
    },
  };
}
