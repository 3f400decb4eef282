/** Restore drills: what a trial start is judged by, and records of it that anybody can check without us. It starts nothing itself. */
export { judgeDrill, type DataVerdict } from './judge-drill.ts';
export { checkDrillRecord, newDrillKey, publicDrillKey, signDrillRecord } from './signed-record.ts';
