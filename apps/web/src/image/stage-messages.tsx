import { useEffect, useState } from 'react';
import { Message } from '../problems/message.tsx';
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
        <span>Queued</span>
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
    <Message title="Cancelled">
      <p>This picture was not searched to the end.</p>
      <button type="button" className="button" onClick={onRetry}>
        Search again
      </button>
    </Message>
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
