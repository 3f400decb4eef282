/** Every how manyth write boundary is tried: 1 in the nightly form, more in the gate. */
export const every = Number(process.env['KILL_EVERY'] ?? 1);
/** From which on: the gate tries the same every day, so that nobody's work fails by the date. */
export const firstBoundary = Number(process.env['KILL_FROM'] ?? 1);
