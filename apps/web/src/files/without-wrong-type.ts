import type { Tab } from '../shell/tab.ts';

/** What each tab turns away by its type alone. */
const REFUSED: Readonly<Record<Tab, string>> = { image: 'video/', video: 'image/' };

/** A file as it is handed to a tab: one that is called what it proved not to be is called nothing. */
export function withoutWrongType(file: File, tab: Tab): File {
  return file.type.startsWith(REFUSED[tab]) ? new File([file], file.name) : file;
}
