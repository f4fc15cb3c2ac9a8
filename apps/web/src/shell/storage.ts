/** Where the browser is told to keep nothing, every access throws: then it is remembered while the page is open. */
const forNow = new Map<string, string>();

/** What this browser remembers for the page under a name. */
export function recall(name: string): string | undefined {
  try {
    return localStorage.getItem(name) ?? undefined;
  } catch {
    return forNow.get(name);
  }
}

export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    forNow.set(name, value);
  }
}

export function forget(name: string): void {
  forNow.delete(name);
  try {
    localStorage.removeItem(name);
  } catch {
    // There is nothing to remove.
  }
}
