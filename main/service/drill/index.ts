/** Restore drills: restore points are started for a trial on a schedule, judged, taken away again, and vouched for by a signed record. */
export { withDrillBook, type DrillBook } from './drill-book.ts';
export { drillKey, makeKeyFile } from './drill-key.ts';
export { listDrillRecords, readDrillRecord } from './list-records.ts';
export { runDrill, type DrillOptions, type DrillOutcome } from './run-drill.ts';
export { tryPoint, type Trial } from './try-point.ts';
export { deleteDrill, findDrill, insertDrill, listDrills } from '../state/drills.ts';
