import { nullable, object, optional, pipe, transform } from 'valibot';
import { acceptJson, count, type Schema } from '#contract';
import { flag, list, text, time } from '../answer.ts';
import type { Operation } from '../operation.ts';

export interface GuestWriter {
  readonly name: string;
  readonly id: string;
  /** VSS_WRITER_STATE: 1 is stable, 6 to 15 failed. */
  readonly state: number;
}

export interface SqlBackup {
  readonly database: string;
  /** msdb's letter: D full, I differential, L log ... */
  readonly type: string;
  readonly snapshot: boolean;
  readonly copyOnly: boolean;
  readonly software: string;
  readonly user: string;
  readonly finishedAt: number | null;
  readonly times: number;
}

export interface SqlInstance {
  readonly name: string;
  readonly running: boolean;
  readonly readable: boolean;
  /** Why it could not be read: SQL Server's number. */
  readonly errorNumber: number;
  readonly databases: readonly { readonly name: string; readonly model: number; readonly reuseWait: number }[];
  readonly backups: readonly SqlBackup[];
}

export interface MailDatabase {
  readonly name: string;
  readonly lastFull: number | null;
  readonly lastIncremental: number | null;
  readonly lastCopy: number | null;
  readonly circular: boolean;
}

export interface GuestProof {
  readonly writers: readonly GuestWriter[];
  readonly sql: readonly SqlInstance[];
  readonly exchange: { readonly readable: boolean; readonly databases: readonly MailDatabase[] } | null;
  /** When our own checkpoints of the VM were taken. */
  readonly taken: readonly number[];
}

export interface GuestWanted {
  readonly vmId: string;
  readonly user: string;
  readonly password: string;
  readonly ledger: string;
}

const nameLimit = 100;
const writerSchema: Schema<GuestWriter> = pipe(
  object({ name: text, id: text, state: count }),
  transform((writer) => ({ ...writer, name: writer.name.slice(0, nameLimit) })),
);

const sqlSchema: Schema<SqlInstance> = object({
  name: text,
  running: flag,
  readable: flag,
  errorNumber: pipe(
    text,
    transform((value) => Number(value) || 0),
  ),
  databases: list(object({ name: text, model: count, reuseWait: count })),
  backups: list(
    object({
      database: text,
      type: text,
      software: text,
      user: text,
      snapshot: flag,
      copyOnly: flag,
      finishedAt: time,
      times: count,
    }),
  ),
});

const mailSchema: Schema<MailDatabase> = object({
  name: text,
  lastFull: time,
  lastIncremental: time,
  lastCopy: time,
  circular: flag,
});

/** What a guest says is even less to be believed than what a host says: it comes as text within the host's answer. */
const toldSchema: Schema<Omit<GuestProof, 'taken'>> = object({
  writers: list(writerSchema),
  sql: list(sqlSchema),
  exchange: optional(nullable(object({ readable: flag, databases: list(mailSchema) })), null),
});
const odd = { code: 'host/guest-unreachable', details: { says: 'the guest answered something unexpected' } } as const;

export const guestProof: Operation<GuestWanted, GuestProof> = {
  name: 'guest-proof',
  timeoutMs: 3 * 60_000,
  failures: ['host/vm-not-found', 'host/guest-unreachable', 'host/guest-credentials', 'host/ledger-damaged'],
  answer: pipe(
    object({ proof: text, taken: list(time) }),
    transform(({ proof, taken }) => ({ ...acceptJson(toldSchema, proof, odd), taken: taken.flatMap((at) => at ?? []) })),
  ),
};
