/**
 * What every part of Hostkeep agrees on: ids, records, progress and errors. A leaf: it imports nothing
 * but the schema library, so that the renderer, the engine and the command line can all use it.
 */
export type { ErrorEntry } from './errors/entry.ts';
export {
  asHostkeepError,
  entryOf,
  errorCodes,
  fromErrorData,
  hasCode,
  HostkeepError,
  isErrorCode,
  remedyOf,
  toErrorData,
  type ErrorCode,
  type ErrorData,
  type ErrorDetails,
} from './errors/hostkeep-error.ts';
export { accept, acceptJson, parseInput, type Otherwise, type Schema } from './accept.ts';
export { errorDataSchema } from './error-schema.ts';
export * from './console/index.ts';
export * from './drills.ts';
export * from './evidence.ts';
export * from './ids.ts';
export * from './jobs/alerts.ts';
export * from './jobs/job.ts';
export * from './jobs/report.ts';
export * from './jobs/retention.ts';
export * from './jobs/schedule.ts';

export * from './points.ts';
export * from './progress.ts';
export * from './publications.ts';
export * from './recoveries.ts';
export * from './runs.ts';
export * from './sentences/checks.ts';
export * from './sentences/evidence.ts';
export * from './sentences/sentence.ts';
export * from './sentences/volume-notes.ts';
export { byteRangeSchema, byteRangesSchema, count, hex, text, whole } from './schema-parts.ts';
