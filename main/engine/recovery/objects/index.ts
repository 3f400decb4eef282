/**
 * Objects inside guests' files: registry hives browsed and exported, event logs listed, databases described by their headers. It reads
 * through engine/objects, and finds what belongs to an object beside it. A door of its own: who reads a file needs none of it.
 */
export { describeObject, type ObjectKind } from './describe-object.ts';
export { logsOf, missingLogs, type EseLogFile } from './ese-logs.ts';
export { exportHiveKey, usualRoot, type ExportedKey, type ExportWanted } from './export-key.ts';
export { listHiveKey, type KeyWanted } from './hive-keys.ts';
export { listEvents, type EventsWanted } from './list-events.ts';
export { bytesOf, filesBeside, objectFile, objectFolder, type ObjectFile } from './object-file.ts';
export { findSet, type SetPlaces } from './object-set.ts';
