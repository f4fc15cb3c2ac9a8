import styles from './workbench.module.css';

/** The product's mark and name. */
export function Brand() {
  return (
    <h1 className={styles.brand}>
      <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
        <path
          d="M4 11V7a3 3 0 0 1 3-3h4M21 4h4a3 3 0 0 1 3 3v4M28 21v4a3 3 0 0 1-3 3h-4M11 28H7a3 3 0 0 1-3-3v-4"
          fill="none"
          stroke="currentColor"
          strokeWidth="2.6"
          strokeLinecap="round"
        />
        <path d="M9.5 16h13" className={styles.wire} strokeWidth="2.6" strokeLinecap="round" />
        <circle cx="16" cy="16" r="3.4" className={styles.node} />
      </svg>
      <span className={styles.name}>Boxwire</span>
    </h1>
  );
}
