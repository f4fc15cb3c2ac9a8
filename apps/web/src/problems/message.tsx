import type { ReactNode } from 'react';
import { TAB_NAMES, type Tab } from '../shell/tab.ts';
import styles from './message.module.css';
import type { Problem } from './problem.ts';

interface MessageProps {
  readonly title: string;
  /** Whether there is something to see behind it: then all but the title can be folded away. */
  readonly small?: boolean | undefined;
  readonly role?: 'alert';
  readonly children: ReactNode;
}

/** Over a picture or a video: why it does not go on, and what to do. */
export function Message({ title, small, role, children }: MessageProps) {
  return (
    <div className={`card ${styles.message}`} data-small={small || undefined} role={role}>
      {small ? (
        <details key={title} open>
          <summary>
            <h3>{title}</h3>
          </summary>
          <div className={styles.content}>{children}</div>
        </details>
      ) : (
        <div className={styles.content}>
          <h3>{title}</h3>
          {children}
        </div>
      )}
    </div>
  );
}

interface ProblemMessageProps extends Pick<MessageProps, 'small'> {
  readonly problem: Problem;
  readonly onRetry: () => void;
  /** Hands what belongs in another tab over to it. */
  readonly onHandOver: (tab: Tab) => void;
  readonly children?: ReactNode;
}

/** Why there is no result, in the page's words and the server's, and what to do. */
export function ProblemMessage({ problem, small, onRetry, onHandOver, children }: ProblemMessageProps) {
  const { title, advice, serverSays, canRetry, belongsIn } = problem;
  return (
    <Message title={title} role="alert" small={small}>
      <p>{advice}</p>
      {serverSays && (
        <figure className={styles.quote}>
          <figcaption>What the server says</figcaption>
          <blockquote>{serverSays}</blockquote>
        </figure>
      )}
      {canRetry && (
        <button type="button" className="button" onClick={onRetry}>
          Try again
        </button>
      )}
      {belongsIn && (
        <button type="button" className="button" onClick={() => onHandOver(belongsIn)}>
          Open in the {TAB_NAMES[belongsIn]} tab
        </button>
      )}
      {children}
    </Message>
  );
}
