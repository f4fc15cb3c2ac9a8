/** What Node or the system calls the reason of an error, such as `ENOENT`; undefined where neither has named one. */
export function errorCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
