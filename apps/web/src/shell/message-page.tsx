import type { ReactNode } from 'react';
import styles from './message-page.module.css';

/** A page that only says something and offers one way on. */
export function MessagePage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className={styles.page}>
      <h1>{title}</h1>
      {children}
    </main>
  );
}
