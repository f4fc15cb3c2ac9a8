import { useEffect, useState } from 'react';
import type { Problem } from '../problems/problem.ts';
import { HandOver } from '../shell/hand-over.tsx';
import type { Tab } from '../shell/tab.ts';
import styles from './stage-messages.module.css';

interface SearchingProps {
  /** The share of the file that the server has, 0 to 1, where it is sent in pieces. */
  readonly sent: number | undefined;
  readonly onCancel: () => void;
}

/** After so many seconds it deserves an excuse. */
const SLOW_S = 10;

/** While the server searches: that it does, for how long, and the way out. */
export function Searching({ sent, onCancel }: SearchingProps) {
  const seconds = useSeconds();
  const sending = sent !== undefined && sent < 1;
  const what = sending ? `Sending, ${Math.floor(sent * 100)}%` : 'Searching';
  const since = seconds >= 2 && !sending ? `, ${seconds} s` : '';
  const excuse = seconds >= SLOW_S && !sending ? '. The server is busy or slow' : '';
  return (
    <div className={styles.searching}>
      <div className={styles.progress} />
      <div className={styles.pill}>
        <span>
          {what}
          {since}
          {excuse}
        </span>
        <button type="button" className="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </div>
  );
}

/** Before a search: others come first. */
export function Waiting({ onCancel }: { onCancel: () => void }) {
  return (
    <div className={styles.searching}>
      <div className={styles.pill}>
        <span>Waits for its turn</span>
        <button type="button" className="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </div>
  );
}

/** After a cancel: nothing was found out, and how to go on. */
export function Cancelled({ onRetry }: { onRetry: () => void }) {
  return (
    <div className={styles.message}>
      <h3>Cancelled</h3>
      <p>This picture was not searched to the end.</p>
      <button type="button" className="button" onClick={onRetry}>
        Search again
      </button>
    </div>
  );
}

interface FailedProps {
  readonly problem: Problem;
  readonly onRetry: () => void;
  /** Hands what belongs in another tab over to it. */
  readonly onHandOver: (tab: Tab) => void;
}

/** Why there is no result, in the page's words and the server's, and what to do. */
export function Failed({ problem, onRetry, onHandOver }: FailedProps) {
  return (
    <div className={styles.message} role="alert">
      <h3>{problem.title}</h3>
      <p>{problem.advice}</p>
      {problem.serverSays && (
        <p className={styles.quote}>
          The server says: <q>{problem.serverSays}</q>
        </p>
      )}
      {problem.canRetry && (
        <button type="button" className="button" onClick={onRetry}>
          Try again
        </button>
      )}
      {problem.belongsIn && <HandOver tab={problem.belongsIn} onHandOver={onHandOver} />}
    </div>
  );
}

/** Whole seconds since the component appeared. */
function useSeconds(): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((now) => now + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  return seconds;
}
