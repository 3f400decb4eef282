/** The hosts that an administrator has added, and how one is opened. */
import { isAbsolute, win32 } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { boolean, nullable, object, optional, picklist, string } from 'valibot';
import { acceptJson, count, HostkeepError, type Schema } from '#contract';
import type {
  Clock,
  GuestCopier,
  HostFacts,
  Hypervisor,
  PreflightCheck,
  Random,
  Secrets,
  VmRecoverer,
  VmRestorer,
} from '#engine/ports';
import type { BackupPath, GuestCredential, PowerShell, SelfTest } from '#host';
import { guestCredentials } from './guest-credentials.ts';

export interface HostRecord {
  readonly id: string;
  readonly name: string;
  readonly kind: 'hyper-v' | 'lab';
  /** Null: this computer. */
  readonly address: string | null;
  readonly useSsl: boolean;
  readonly port: number | null;
  /** Null: as the user who runs Hostkeep. */
  readonly user: string | null;
  readonly path: BackupPath;
  /** Folder on the host for what a run has open; empty: below ProgramData. */
  readonly ledger: string;
  /** How long a run waits for a merge that an earlier one has left; left out: 15 minutes. */
  readonly mergeWaitMinutes?: number | undefined;
}

export type NewHost = Omit<HostRecord, 'id' | 'kind'>;

/** What the column `definition` of a host holds. */
const definitionSchema: Schema<Omit<NewHost, 'name'>> = object({
  address: nullable(string()),
  useSsl: boolean(),
  port: nullable(count),
  user: nullable(string()),
  path: picklist(['auto', 'checkpoint', 'shadow']),
  ledger: string(),
  mergeWaitMinutes: optional(count),
});

export interface OpenHost {
  readonly record: HostRecord;
  readonly hypervisor: Hypervisor;
  readonly restorer: VmRestorer;
  readonly recoverer: VmRecoverer;
  /** Null: files cannot be copied into its guests. */
  readonly guests: GuestCopier | null;
  /**
   * Signs in to a guest, with these credentials or those that are kept, and says what it answers. Nothing is kept.
   * @throws HostkeepError input/missing-option, host/guest-credentials, host/guest-unreachable, host/*
   */
  tryGuest(vm: { readonly id: string; readonly name: string }, given?: GuestCredential): Promise<readonly PreflightCheck[]>;
  /** Read-only checks of everything that the scripts assume of a host. */
  selfTest(): Promise<SelfTest>;
  close(): Promise<void>;
}

export interface HostBook {
  list(): readonly HostRecord[];
  /** Connects as the host would be; nothing is kept. */
  tryOut(host: NewHost, password: string | null): Promise<HostFacts>;
  add(host: NewHost, password: string | null): Promise<HostRecord>;
  /** Forgets the host and its password; restore points and what is on the host stay. */
  remove(name: string): Promise<void>;
  /**
   * The named host; without a name the only one there is.
   * @throws HostkeepError host/not-known, input/missing-option where there are several
   */
  select(name: string | undefined): HostRecord;
  open(record: HostRecord, password?: () => Promise<string>): Promise<OpenHost>;
}

export const labRecord: HostRecord = {
  id: 'lab',
  name: 'lab',
  kind: 'lab',
  address: null,
  useSsl: false,
  port: null,
  user: null,
  path: 'auto',
  ledger: '',
};

export interface HostBookOptions {
  readonly home: string;
  readonly state: DatabaseSync;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly random: Random;
  /** PowerShell to use instead of the system's own. */
  readonly executable: string | undefined;
}

export function hostBook(options: HostBookOptions): HostBook {
  const { state, secrets } = options;
  const added = (): readonly HostRecord[] =>
    state.prepare('SELECT id, name, definition FROM hosts ORDER BY name').all().map(recordOf);
  const list = (): readonly HostRecord[] => [...added(), labRecord];
  const find = (name: string): HostRecord => {
    const found = list().find((one) => one.name.toLowerCase() === name.toLowerCase());
    if (found === undefined) throw new HostkeepError('host/not-known', { host: name });
    return found;
  };
  return {
    list,
    async add(host, password) {
      checkNewHost(host);
      if (list().some((one) => one.name.toLowerCase() === host.name.toLowerCase()))
        throw new HostkeepError('host/exists', { host: host.name });
      const record: HostRecord = { ...host, id: options.random.bytes(6).toString('hex'), kind: 'hyper-v' };
      // The secret first: a host without its password is useless, a password without its host is harmless.
      if (password !== null) await secrets.set(secretName(record), password);
      const { id, name, kind, ...definition } = record;
      state
        .prepare('INSERT INTO hosts (id, name, kind, added_at, definition) VALUES (?, ?, ?, ?, ?)')
        .run(id, name, kind, options.clock.now(), JSON.stringify(definition));
      return record;
    },
    async remove(name) {
      const record = find(name);
      if (record.kind === 'lab') throw new HostkeepError('input/invalid', { host: name, why: 'the lab is always there' });
      state.prepare('DELETE FROM hosts WHERE id = ?').run(record.id);
      if (record.user !== null) await secrets.delete(secretName(record));
    },
    select(name) {
      if (name !== undefined) return find(name);
      const [first, ...others] = added();
      if (others.length > 0) throw new HostkeepError('input/missing-option', { option: '--host NAME' });
      return first ?? labRecord;
    },
    async tryOut(host, password) {
      checkNewHost(host);
      const opened = await openHyperV({ ...host, id: 'new', kind: 'hyper-v' }, password, options);
      try {
        return await opened.hypervisor.facts();
      } finally {
        await opened.close();
      }
    },
    async open(record, ask) {
      if (record.kind === 'lab') return openLab(record, options);
      const kept = record.user === null ? null : ((await secrets.get(secretName(record))) ?? (await needed(ask, record)));
      return openHyperV(record, kept, options);
    },
  };
}

/** A host's own modules are loaded when it is opened: most of what opens a home opens no host. */
async function openHyperV(
  record: HostRecord,
  password: string | null,
  { clock, executable, secrets }: HostBookOptions,
): Promise<OpenHost> {
  const {
    adminShares,
    defaultLimits,
    hyperVGuestCopier,
    hyperVHost,
    hyperVRecoverer,
    hyperVRestorer,
    selfTest,
    startPowerShell,
    tryGuest,
  } = await import('#host');
  const { id, name, address, useSsl, port, user, path, ledger, mergeWaitMinutes } = record;
  const credential = user === null ? null : { user, password: password ?? '' };
  const connection = address === null ? null : { address, useSsl, port, credential };
  const start = (to: typeof connection): PowerShell =>
    startPowerShell({ ...(executable === undefined ? {} : { executable }), connection: to });
  const shell = start(connection);
  const shares = connection === null ? undefined : adminShares(connection, () => start(null));
  const guests = guestCredentials(secrets);
  const guestCredential = (vmId: string): ReturnType<typeof guests.get> => guests.get(vmId);
  const reached = shares === undefined ? {} : { shares };
  const limits =
    mergeWaitMinutes === undefined ? defaultLimits : { ...defaultLimits, earlierMergeSeconds: mergeWaitMinutes * 60 };
  const host = { id, name, shell, clock, address, path, ledger, limits, guestCredential, ...reached };
  return {
    record,
    hypervisor: hyperVHost(host),
    restorer: hyperVRestorer(host),
    recoverer: hyperVRecoverer(host),
    guests: hyperVGuestCopier(host),
    tryGuest: (vm, given) => tryGuest(host, vm, given),
    selfTest: () => selfTest(shell),
    async close() {
      await shares?.close();
      await shell.close();
    },
  };
}

async function openLab(record: HostRecord, { home, clock, random }: HostBookOptions): Promise<OpenHost> {
  const { labHypervisor, labRecoverer, labRestorer } = await import('#lab');
  return {
    record,
    hypervisor: labHypervisor(home, { clock, random }),
    restorer: labRestorer(home),
    recoverer: labRecoverer(home),
    guests: null,
    tryGuest: ({ name }) =>
      Promise.reject(new HostkeepError('input/invalid', { vm: name, why: 'guests of the lab ask for no account' })),
    selfTest: () => Promise.reject(new HostkeepError('input/invalid', { host: record.name, why: 'the lab is no Hyper-V host' })),
    close: () => Promise.resolve(),
  };
}

function needed(ask: (() => Promise<string>) | undefined, { name }: HostRecord): Promise<string> {
  if (ask === undefined) throw new HostkeepError('secrets/missing', { host: name });
  return ask();
}

const secretName = ({ id }: HostRecord): string => `host-${id}`;

function recordOf(row: Record<string, unknown>): HostRecord {
  const [id, name] = [String(row['id']), String(row['name'])];
  const definition = acceptJson(definitionSchema, String(row['definition']), { code: 'state/damaged', details: { host: name } });
  return { ...definition, id, name, kind: 'hyper-v' };
}

function checkNewHost({ name, address, port, ledger }: NewHost): void {
  const wrong = (what: string, value: string | number): HostkeepError => new HostkeepError('input/invalid', { [what]: value });
  if (!/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,62}$/u.test(name))
    throw new HostkeepError('input/invalid', {
      name,
      allowed: 'letters, digits, spaces and . _ -, at most 63, the first no sign',
    });
  if (address !== null && !/^[\p{L}\p{N}][\p{L}\p{N}.:_-]{0,254}$/u.test(address)) throw wrong('address', address);
  if (port !== null && !(Number.isInteger(port) && port > 0 && port < 65_536)) throw wrong('port', port);
  if (ledger !== '' && !isAbsolute(ledger) && !win32.isAbsolute(ledger)) throw wrong('ledger', ledger);
}
