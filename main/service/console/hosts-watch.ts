/** Reads what hosts have in the background, so that no page waits for a slow one. */
import { toErrorData, type ErrorView } from '#contract';
import type { HostBook, HostRecord, OpenHost } from '../hosts.ts';
import { errorView } from '../state/run-views.ts';
import { keptOpen } from './kept-open.ts';

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

export function hostsWatch({ hosts, remember, now }: HostsWatchOptions): HostsWatch {
  const reading = new Map<string, Promise<void>>();
  const failures = new Map<string, { readonly error: ErrorView; readonly at: number }>();
  const kept = keptOpen<OpenHost>({ keptMs: idleMs, now, close: (host) => host.close() });
  /** One that is added anew under the name may be another host. */
  const using = async <Result>(record: HostRecord, act: (host: OpenHost) => Promise<Result>): Promise<Result> => {
    const ofName = `${record.name}\n`;
    const key = `${ofName}${JSON.stringify(record)}`;
    await kept.forget((one) => one.startsWith(ofName) && one !== key);
    return kept.use(key, () => hosts.open(record), act);
  };
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
        if (isWithin(now() - (seenAt(record) ?? 0), oldMs) || isWithin(now() - failedAt, retryMs)) continue;
        // Its failure is kept for whoever looks at the host.
        void refresh(record.name).catch(() => undefined);
      }
    },
    errorOf: (name) => failures.get(name)?.error ?? null,
    sweep: () => kept.sweep(),
    async close() {
      await Promise.allSettled(reading.values());
      await kept.close();
    },
  };
}

/** A time ahead of now is of a clock that was set back since, and says nothing. */
function isWithin(age: number, limit: number): boolean {
  return age >= 0 && age < limit;
}
