/** Names of files and what servers say neither move the cursor nor begin a line. Escaped as in JSON, which stays the same. */
export function plain(line: string): string {
  return line
    .trimEnd()
    .replace(/\p{Cc}/gu, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
