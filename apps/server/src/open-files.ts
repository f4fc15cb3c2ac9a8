/** Beside connections: what a server has open from the start. */
const OWN_FILES = 40;
/** For each decoder of pictures: its standard streams, and the window that pixels come through. */
const DECODER_FILES = 4;
/** Of what is left, so much goes to connections, half of it to each port; the rest to uploads, decoders and their pipes. */
const CONNECTION_SHARE = 0.75;

/** How many files this process may have open (`ulimit -n`); infinity where the system sets no limit, or does not say. */
export function openFilesLimit(): number {
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files: { soft: unknown } } };
  const limit = userLimits?.open_files.soft;
  return typeof limit === 'number' ? limit : Number.POSITIVE_INFINITY;
}

/** As many connections on each port as leave the server files to work with, `maxConnections` at most. */
export function fitConnections(maxConnections: number, openFiles: number, workers: number): number {
  const own = OWN_FILES + DECODER_FILES * workers;
  const room = Math.floor(((openFiles - own) * CONNECTION_SHARE) / 2);
  return Math.max(1, Math.min(maxConnections, room));
}
