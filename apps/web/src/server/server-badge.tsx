import styles from './server-badge.module.css';
import type { ServerStatus } from './server-status.ts';

/** The header's word on the server: reachable or not, and the model it serves. */
export function ServerBadge({ status, serverUrl }: { status: ServerStatus; serverUrl: string }) {
  const { label, detail } = describe(status);
  return (
    <div
      className={styles.badge}
      role="status"
      aria-label="Server"
      data-phase={status.phase}
      data-notice={(status.phase === 'ready' && status.model.notice !== '') || undefined}
      data-testid="server"
      title={serverUrl}
    >
      <span className={styles.dot} aria-hidden="true" />
      <span className={styles.label}>{label}</span>
      {detail && <span className={styles.detail}>{detail}</span>}
    </div>
  );
}

function describe(status: ServerStatus): { label: string; detail?: string } {
  switch (status.phase) {
    case 'connecting':
      return { label: 'Connecting' };
    case 'loading':
      return { label: 'Model loading' };
    case 'signed-out':
      return { label: 'Signed out' };
    case 'ready':
      return {
        label: 'Ready',
        detail: `${status.model.name}, ${countClasses(status.model.classes.length)}`,
      };
    case 'unreachable':
      return { label: status.offline ? 'Offline' : 'Not reachable' };
    case 'failing':
      return { label: 'Not usable' };
  }
}

function countClasses(count: number): string {
  return count === 1 ? '1 class' : `${count} classes`;
}
