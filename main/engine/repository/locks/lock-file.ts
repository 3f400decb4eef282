import { number, object, optional, picklist, string } from 'valibot';
import { count, type Schema } from '#contract';
import { parseCheckedText, writeCheckedText } from '../checked-text.ts';
import { thisComputer } from './computer.ts';
import { thisProcess } from './process-identity.ts';

/** `shared` adds to the repository, `exclusive` rearranges it, `reading` only reads (docs/repository-format.md, "Locking matrix"). */
const lockKinds = ['shared', 'exclusive', 'reading'] as const;
export type LockKind = (typeof lockKinds)[number];

/** Who holds a lock, and since when. Times in milliseconds since 1970. */
export interface LockInfo {
  readonly kind: LockKind;
  readonly purpose: string;
  readonly host: string;
  /** See `ComputerIdentity`; locks of earlier versions lack both. */
  readonly computer?: string | undefined;
  readonly boot?: string | undefined;
  readonly pid: number;
  /** Tells a process from a later one with the same pid: see `ProcessIdentity`. */
  readonly processStart: string;
  readonly startedAt: number;
  readonly refreshedAt: number;
}

export function lockOfThisProcess(kind: LockKind, purpose: string, now: number): LockInfo {
  const { host, computer, boot } = thisComputer();
  return {
    kind,
    purpose,
    host,
    computer,
    boot,
    ...thisProcess(),
    startedAt: now,
    refreshedAt: now,
  };
}

export function writeLock(lock: LockInfo): Buffer {
  return writeCheckedText({ ...lock });
}

const lockSchema: Schema<LockInfo> = object({
  kind: picklist(lockKinds),
  purpose: string(),
  host: string(),
  computer: optional(string()),
  boot: optional(string()),
  pid: count,
  processStart: string(),
  startedAt: number(),
  refreshedAt: number(),
});

/** @throws HostkeepError repository/lock-damaged */
export function parseLock(bytes: Buffer, file: string): LockInfo {
  return parseCheckedText(bytes, lockSchema, { code: 'repository/lock-damaged', details: { file } });
}
