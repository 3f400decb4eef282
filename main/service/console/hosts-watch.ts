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
  close(): Promise<void>;
}

export interface HostsWatchOptions {
  readonly hosts: HostBook;
  readonly remember: (host: HostRecord, open: OpenHost) => Promise<void>;
  readonly now: () => number;
}

const oldMs = 60_000;
const retryMs = 30_000;

export function hostsWatch({ hosts, remember, now }: HostsWatchOptions): HostsWatch {
  const reading = new Map<string, Promise<void>>();
  const failures = new Map<string, { readonly error: ErrorView; readonly at: number }>();
  const open = new Map<string, OpenHost>();
  const opened = async (record: HostRecord): Promise<OpenHost> => {
    const known = open.get(record.name) ?? (await hosts.open(record));
    open.set(record.name, known);
    return known;
  };
  const read = async (name: string): Promise<void> => {
    const record = hosts.select(name);
    try {
      await remember(record, await opened(record));
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
    with: async (name, act) => act(await opened(hosts.select(name))),
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
    async close() {
      await Promise.allSettled(reading.values());
      await Promise.allSettled([...open.values()].map((host) => host.close()));
    },
  };
}
