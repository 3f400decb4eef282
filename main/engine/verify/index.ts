/**
 * Verification of restore points without starting them: what is stored, how disks and volumes are laid out, what a boot needs, hives,
 * databases, and files read through every layer. It gives evidence of what was looked at, and never of more.
 */
export { verifySeries, type SeriesOptions } from './verify-series.ts';
export { usualSample, verifyAndKeep, verifyPoint, type KeptEvidence, type VerifyOptions } from './verify-point.ts';
