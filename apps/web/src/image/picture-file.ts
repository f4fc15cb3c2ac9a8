/** The formats that the server reads, for people. */
export const FORMATS = 'JPEG, PNG, WebP, AVIF, GIF or TIFF';

/** The same for a file dialog. */
export const ACCEPT = 'image/jpeg,image/png,image/webp,image/avif,image/gif,image/tiff';

/** More than any server takes by default, and as much as a page should hold in memory. */
export const MAX_BYTES = 256e6;

/** Whether the system calls it a picture; it knows most files by their ending alone, and some not at all. */
export function isSaidToBePicture({ type }: Pick<File, 'type'>): boolean {
  return type.startsWith('image/');
}

/** Formats are known by their content, which the server looks at; only what cannot be a picture is held back. */
export function isClearlyNoPicture(file: Pick<File, 'type'>): boolean {
  return !['', 'application/octet-stream'].includes(file.type) && !isSaidToBePicture(file);
}

/** Pictures that the server does not read: HEIF, as phones take them, and drawings. */
const UNREAD_TYPES = /^image\/(hei[cf](-sequence)?|svg\+xml)$/;
const UNREAD_ENDINGS = /\.(hei[cf]|svgz?)$/i;

/** Whether a file is of a format that the server does not read; by its ending only where the system gives no type. */
export function isUnreadFormat({ name, type }: Pick<File, 'name' | 'type'>): boolean {
  return type === '' ? UNREAD_ENDINGS.test(name) : UNREAD_TYPES.test(type);
}

/** "137 kB", "2.4 MB"; powers of ten, as file managers count. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return bytes === 1 ? '1 byte' : `${bytes} bytes`;
  const [value, unit] = bytes < 999_500 ? [bytes / 1e3, 'kB'] : [bytes / 1e6, 'MB'];
  return `${value.toFixed(value < 9.95 && unit === 'MB' ? 1 : 0)} ${unit}`;
}
