/** A time in a video: "0:05", "1:02:03"; with tenths "0:05.2". */
export function formatClock(ms: number, withTenths = false): string {
  const tenths = Math.max(0, Math.floor(ms / 100));
  const seconds = Math.floor(tenths / 10);
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const rest = `${String(seconds % 60).padStart(2, '0')}${withTenths ? `.${tenths % 10}` : ''}`;
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** How long something will take, roughly: "a few seconds", "40 s", "3 min", "1 h 20 min". */
export function formatLeft(ms: number): string {
  const seconds = ms / 1_000;
  if (seconds < 5) return 'a few seconds';
  if (seconds < 55) return `${Math.ceil(seconds / 5) * 5} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Frames per second: "8.4", "31". */
export function formatFps(perSecond: number): string {
  return perSecond.toFixed(perSecond < 9.95 ? 1 : 0);
}
