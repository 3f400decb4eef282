/** Reads what hosts have in the background, so that no page waits for a slow one. */
import { toErrorData, type ErrorView } from '#contract';
import type { HostBook, HostRecord, OpenHost } from '../hosts.ts';
import { errorView } from '../state/run-views.ts';

export interface HostsWatch {
  /** Runs `act` on the host; one connection per host, closed when it has been idle. */
  with<Result>(name: string, act: (host: OpenHost) => Promise<Result>): Promise<Result>;
  /** Reads the list of VMs; at most one such reading per host at a time. */
  refresh(name: string): Promise<void>;
  /** Refreshes in the background what is older than a minute. */
  refreshOld(seenAt: (host: HostRecord) => number | null): void;
  errorOf(name: string): ErrorView | null;
  /** Ends connections that nobody has used for a while; done by itself all the time. */
  sweep(): Promise<void>;
  close(): Promise<void>;
}

export interface HostsWatchOptions {
  readonly hosts: HostBook;
  readonly remember: (host: HostRecord, open: OpenHost) => Promise<void>;
  readonly now: () => number;
}

const oldMs = 60_000;
const retryMs = 30_000;
/** A connection is a process of PowerShell. */
const idleMs = 5 * 60_000;

interface Connection {
  /** As which host it was opened: one that is added anew under the name may be another. */
  readonly of: string;
  readonly host: Promise<OpenHost>;
  usedAt: number;
  users: number;
  isOver: boolean;
}

export function hostsWatch({ hosts, remember, now }: HostsWatchOptions): HostsWatch {
  const reading = new Map<string, Promise<void>>();
  const failures = new Map<string, { readonly error: ErrorView; readonly at: number }>();
  const open = new Map<string, Connection>();
  /** Ends with the last that uses it. */
  const end = async (name: string, connection: Connection): Promise<void> => {
    if (open.get(name) === connection) open.delete(name);
    connection.isOver = true;
    if (connection.users > 0) return;
    // One that could not be opened has nothing to close; whoever asked was told.
    await connection.host.then(
      (host) => host.close(),
      () => undefined,
    );
  };
  const connected = async (record: HostRecord): Promise<Connection> => {
    const of = JSON.stringify(record);
    const known = open.get(record.name);
    if (known?.of === of) return known;
    const made = { of, host: hosts.open(record), usedAt: now(), users: 0, isOver: false };
    // Whoever asked hears of its failure, in a moment.
    made.host.catch(() => undefined);
    open.set(record.name, made);
    if (known !== undefined) await end(record.name, known);
    return made;
  };
  const using = async <Result>(record: HostRecord, act: (host: OpenHost) => Promise<Result>): Promise<Result> => {
    const connection = await connected(record);
    connection.users += 1;
    try {
      const host = await connection.host.catch((error: unknown) => {
        connection.isOver = true;
        throw error;
      });
      return await act(host);
    } finally {
      connection.users -= 1;
      connection.usedAt = now();
      if (connection.isOver) await end(record.name, connection);
    }
  };
  const sweep = async (): Promise<void> => {
    for (const [name, connection] of open)
      if (connection.users === 0 && now() - connection.usedAt > idleMs) await end(name, connection);
  };
  const timer = setInterval(() => void sweep(), idleMs).unref();
  const read = async (name: string): Promise<void> => {
    const record = hosts.select(name);
    try {
      await using(record, (host) => remember(record, host));
      failures.delete(record.name);
    } catch (error) {
      const data = toErrorData(error);
      failures.set(record.name, { error: errorView(data), at: now() });
      throw error;
    }
  };
  const refresh = (name: string): Promise<void> => {
    const going = reading.get(name) ?? read(name).finally(() => reading.delete(name));
    reading.set(name, going);
    return going;
  };
  return {
    with: async (name, act) => using(hosts.select(name), act),
    refresh,
    refreshOld(seenAt) {
      for (const record of hosts.list()) {
        const failedAt = failures.get(record.name)?.at ?? 0;
        if (now() - (seenAt(record) ?? 0) < oldMs || now() - failedAt < retryMs) continue;
        // Its failure is kept for whoever looks at the host.
        void refresh(record.name).catch(() => undefined);
      }
    },
    errorOf: (name) => failures.get(name)?.error ?? null,
    sweep,
    async close() {
      clearInterval(timer);
      await Promise.allSettled(reading.values());
      await Promise.allSettled([...open.values()].map(async ({ host }) => (await host).close()));
    },
  };
}
