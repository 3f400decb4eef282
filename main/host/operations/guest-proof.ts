import { HostkeepError } from '#contract';
import type { Operation } from '../operation.ts';
import { fieldsOf, flagOf, listOf, numberOf, textOf, type Fields } from '../values.ts';

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

export const guestProof: Operation<GuestWanted, GuestProof> = {
  name: 'guest-proof',
  timeoutMs: 3 * 60_000,
  failures: ['host/vm-not-found', 'host/guest-unreachable', 'host/guest-credentials'],
  parse(value) {
    const answer = fieldsOf(value, 'guest-proof');
    const told = parsed(textOf(answer['proof'], 'proof'));
    const exchange = told['exchange'];
    return {
      writers: listOf(told['writers'], 'writers').map((one) => writerOf(fieldsOf(one, 'writer'))),
      sql: listOf(told['sql'], 'sql').map((one) => instanceOf(fieldsOf(one, 'instance'))),
      exchange: exchange === null || exchange === undefined ? null : exchangeOf(fieldsOf(exchange, 'exchange')),
      taken: listOf(answer['taken'], 'taken').flatMap((one) => timeOf(one) ?? []),
    };
  },
};

/** What a guest says is even less to be believed than what a host says. */
function parsed(text: string): Fields {
  try {
    return fieldsOf(JSON.parse(text), 'proof');
  } catch (cause) {
    throw new HostkeepError('host/guest-unreachable', { says: 'the guest answered something unexpected' }, cause);
  }
}

function writerOf(from: Fields): GuestWriter {
  return {
    name: textOf(from['name'], 'name').slice(0, 100),
    id: textOf(from['id'], 'id'),
    state: numberOf(from['state'], 'state'),
  };
}

function instanceOf(from: Fields): SqlInstance {
  return {
    name: textOf(from['name'], 'name'),
    running: flagOf(from['running'], 'running'),
    readable: flagOf(from['readable'], 'readable'),
    errorNumber: typeof from['errorNumber'] === 'number' ? from['errorNumber'] : 0,
    databases: listOf(from['databases'], 'databases').map((one) => {
      const database = fieldsOf(one, 'database');
      const [model, reuseWait] = [numberOf(database['model'], 'model'), numberOf(database['reuseWait'], 'reuseWait')];
      return { name: textOf(database['name'], 'name'), model, reuseWait };
    }),
    backups: listOf(from['backups'], 'backups').map((one) => backupOf(fieldsOf(one, 'backup'))),
  };
}

function backupOf(from: Fields): SqlBackup {
  const [database, type, software, user] = ['database', 'type', 'software', 'user'].map((name) => textOf(from[name], name));
  return {
    database: database!,
    type: type!,
    software: software!,
    user: user!,
    snapshot: flagOf(from['snapshot'], 'snapshot'),
    copyOnly: flagOf(from['copyOnly'], 'copyOnly'),
    finishedAt: timeOf(from['finishedAt']),
    times: numberOf(from['times'], 'times'),
  };
}

function exchangeOf(from: Fields): NonNullable<GuestProof['exchange']> {
  return {
    readable: flagOf(from['readable'], 'readable'),
    databases: listOf(from['databases'], 'databases').map((one) => {
      const database = fieldsOf(one, 'database');
      return {
        name: textOf(database['name'], 'name'),
        lastFull: timeOf(database['lastFull']),
        lastIncremental: timeOf(database['lastIncremental']),
        lastCopy: timeOf(database['lastCopy']),
        circular: flagOf(database['circular'], 'circular'),
      };
    }),
  };
}

function timeOf(value: unknown): number | null {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isFinite(time) ? time : null;
}
