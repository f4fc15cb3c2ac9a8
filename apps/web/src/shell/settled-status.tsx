import { useEffect, useState } from 'react';

/** Long enough that a slider on the move is not read out step by step. */
const SETTLE_MS = 400;

/** Tells screen readers a text, once it has stayed the same for a moment. */
export function SettledStatus({ label, text }: { label: string; text: string }) {
  const [settled, setSettled] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <p className="visually-hidden" role="status" aria-label={label}>
      {settled}
    </p>
  );
}
