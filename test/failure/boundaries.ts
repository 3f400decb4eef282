/** Every how manyth write boundary is tried. */
export const every = Number(process.env['KILL_EVERY'] ?? 1);
/** Another every day, so that as many days try them all. */
export const firstBoundary = 1 + (Math.floor(Date.now() / 86_400_000) % every);
