/**
 * Objects inside files of guests: registry hives, event logs, and databases by their headers. Everything is read from bytes that may be
 * hostile: bounded, and damage ends in a coded error. Nothing is run, and no database engine is needed; what only an engine can do
 * (replay a log) is not done here.
 */
export type { ObjectBytes } from './object-bytes.ts';
export { isEseDatabase, readEseDatabase, type EseDatabase } from './ese/database.ts';
export { readEseCheckpoint, readEseLog, type EseLog } from './ese/log-file.ts';
export { type LogEvent } from './evtx/event.ts';
export { isEventLog, openEventLog, type EventLog, type EventLogState } from './evtx/event-log.ts';
export { xmlText, type XmlElement } from './evtx/render.ts';
export { checkHive, type CheckedHive } from './registry/check-hive.ts';
export { isHive, openHive, type Hive, type HiveKey, type HiveState } from './registry/hive.ts';
export { readHiveLog, type HiveLog } from './registry/hive-log.ts';
export { replayLogs, type ReplayedHive } from './registry/replay-log.ts';
export { writeRegFile, type RegFileOptions, type WrittenReg } from './registry/reg-file.ts';
export { valueText } from './registry/value-text.ts';
export { type HiveValue } from './registry/values.ts';
export { isSqlFile, readSqlFile, type SqlFile } from './sql/data-file.ts';
