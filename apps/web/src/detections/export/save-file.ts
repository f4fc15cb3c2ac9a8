/** Hands a file to the browser's downloads. */
export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has its own hold on the content once it has begun.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** "street.jpg" with the ending "-boxes.png" is "street-boxes.png", and "a/street.jpg" is "a-street-boxes.png". */
export function nameWithEnding(source: string, ending: string): string {
  return `${source.replaceAll('/', '-').replace(/\.[^.]{1,5}$/, '') || 'picture'}${ending}`;
}
