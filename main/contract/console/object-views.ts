/** Objects inside guests' files, as the console shows them; also what the `object` commands print with `--json`. */
import type { ErrorCode } from '../errors/hostkeep-error.ts';

/**
 * `clean`: closed, and complete in itself. `dirty`: it was in use, and whoever opens it next puts it in order from its logs.
 * `unknown`: only other files of its set could tell.
 */
export type ObjectState = 'clean' | 'dirty' | 'unknown';

interface ObjectCommon {
  readonly path: string;
  readonly sizeBytes: number;
  readonly state: ObjectState;
  /** Of the format, as its own tools write it. */
  readonly version: string;
}

export interface HiveView extends ObjectCommon {
  readonly kind: 'hive';
  /** Milliseconds since 1970. */
  readonly lastWritten: number | null;
  /** The end of the path under which Windows knew it. */
  readonly fileName: string;
  /** Subkeys of the root. */
  readonly keys: number;
  /** Logs beside it that hold something. */
  readonly logs: readonly string[];
  /** Their entries that are put in place, in memory, where keys are listed and exported. */
  readonly replayed: number;
}

export interface EventLogView extends ObjectCommon {
  readonly kind: 'event-log';
  /** It had reached its size and kept nothing more. */
  readonly full: boolean;
  readonly chunks: number;
}

export interface SqlView extends ObjectCommon {
  readonly kind: 'sql-server';
  readonly role: 'primary' | 'secondary' | 'log';
  /** The file's number within its database. */
  readonly file: number;
  /** Of the primary file only, as is the release. */
  readonly database: string | null;
  readonly release: string | null;
}

export interface EseView extends ObjectCommon {
  readonly kind: 'ese';
  /** As its header says it: `clean-shutdown`, `dirty-shutdown` ... */
  readonly shutdown: string;
  readonly pageBytes: number;
  /** Generations of log files that it needs; null when it needs none. */
  readonly logsRequired: { readonly from: number; readonly to: number } | null;
  /** Of those, the ones that do not lie beside it; at most 100 are named. */
  readonly logsMissing: readonly number[];
  /** When it was last in a clean state, by the guest's clock. */
  readonly cleanAt: string | null;
  /** The first copy of its header is damaged, and the second was read. */
  readonly fromCopy: boolean;
}

export type ObjectView = HiveView | EventLogView | SqlView | EseView;

export interface HiveKeyRow {
  readonly name: string;
  readonly lastWritten: number | null;
  readonly keys: number;
  readonly values: number;
}

export interface HiveValueRow {
  /** Empty for the key's default value. */
  readonly name: string;
  /** `REG_SZ` and the like. */
  readonly type: string;
  readonly sizeBytes: number;
  readonly text: string;
  /** The text is only the beginning. */
  readonly truncated: boolean;
}

/** A piece of damage, told beside what could be read. */
export interface DamageView {
  readonly code: ErrorCode;
  readonly reason: string;
}

export interface HiveKeyView {
  /** By `\`, from the hive's root; empty for the root. */
  readonly key: string;
  readonly lastWritten: number | null;
  readonly keys: readonly HiveKeyRow[];
  readonly values: readonly HiveValueRow[];
  /** Entries of the hive's logs that were put in place, in memory. */
  readonly replayed: number;
  /** The hive is dirty, and no log ends that: it may lack what was written last. */
  readonly stale: boolean;
  /** Whether there are more keys or values than are given. */
  readonly more: boolean;
  readonly damage: readonly DamageView[];
}

export interface EventRow {
  /** Its number in the log. */
  readonly record: string;
  /** Milliseconds since 1970. */
  readonly time: number | null;
  /** 1 critical, 2 error, 3 warning, 4 information, 5 verbose; 0 is information too. */
  readonly level: number | null;
  readonly id: number | null;
  readonly provider: string;
  readonly channel: string;
  readonly computer: string;
  /** SID. */
  readonly user: string | null;
  readonly data: readonly { readonly name: string; readonly text: string }[];
  /** The checksum of its place in the log does not fit. */
  readonly doubtful: boolean;
  /** The whole event; only where it was asked for. */
  readonly xml: string | null;
}

export interface EventsView {
  /** Newest first. */
  readonly events: readonly EventRow[];
  /** Whether older ones fit too. */
  readonly more: boolean;
  readonly damage: readonly DamageView[];
}

/** A file of a set that only serves together. */
export interface SetFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** `database`, or what it is to it. */
  readonly part: 'database' | 'data' | 'log' | 'checkpoint' | 'reserve' | 'flush-map';
}

export interface ObjectSetView {
  readonly kind: 'hive' | 'sql-server' | 'ese';
  readonly files: readonly SetFile[];
  /**
   * `clean`: can be used as it is. `recovery`: its own engine puts it in order from the logs of the set. `incomplete`: that cannot be,
   * since something of it is missing.
   */
  readonly state: 'clean' | 'recovery' | 'incomplete';
  /** Sentences for people: what to know before it is used. */
  readonly says: readonly string[];
}
