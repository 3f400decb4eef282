/** Everything that procedures work with, made once per console. */
import { userInfo } from 'node:os';
import type { RunId, RunKind, SessionView } from '#contract';
import type { Secrets } from '#engine/ports';
import type { Repository } from '#engine/repository';
import type { Home } from '../home.ts';
import { openRepositoryAt, systemClock } from '../repositories.ts';
import { startRun, type Program } from '../start-run.ts';
import { knownRepository } from '../state/repositories.ts';
import { rememberVms } from '../state/inventory.ts';
import { rememberPoints } from '../state/points.ts';
import { closeDeadRuns } from '../state/runs.ts';
import { noteDeed, type Deed } from '../state/activity.ts';
import { hostsWatch, type HostsWatch } from './hosts-watch.ts';
import { openPoints, type OpenPoints } from './open-points.ts';
import { openRepositories, type OpenRepositories } from './open-repositories.ts';
import { vault, type Vault } from './vault.ts';

export interface ConsoleOptions {
  readonly mode: SessionView['mode'];
  readonly version: string;
  readonly program: Program;
  /** Where passphrases are remembered for this user; the home's own keystore where nobody says otherwise. */
  readonly remembered?: Secrets;
  /** Whether they can be. */
  readonly canRemember?: boolean;
  /** Folders with log files beside those of runs. */
  readonly logs?: readonly string[];
}

export interface RunWish {
  readonly kind: RunKind;
  /** Id of the repository; null for what needs none, or finds it itself. */
  readonly repository: string | null;
  readonly subjects: readonly string[];
  readonly command: readonly string[];
  readonly lines?: readonly string[];
  /** Lines that come before those, and are kept nowhere. */
  readonly secrets?: readonly string[];
}

export interface Services {
  readonly home: Home;
  readonly options: ConsoleOptions;
  readonly user: string;
  readonly vault: Vault;
  readonly points: OpenPoints;
  readonly searching: OpenRepositories;
  readonly hosts: HostsWatch;
  now(): number;
  /** Opens a repository whose secret is known. @throws HostkeepError repository/passphrase-needed */
  withRepository<Result>(id: string, act: (repository: Repository) => Promise<Result>): Promise<Result>;
  /** Starts a run in a process of its own. */
  start(wish: RunWish): Promise<RunId>;
  note(deed: Pick<Deed, 'action' | 'subject' | 'result'>): void;
  /** Ends runs whose process is gone, when that was not looked at just now. */
  sweepRuns(): void;
  close(): Promise<void>;
}

const sweepEveryMs = 2_000;

export function consoleServices(home: Home, options: ConsoleOptions): Services {
  const now = (): number => systemClock.now();
  const keys = vault(options.remembered ?? home.secrets);
  const open = async (id: string, options: { readonly reading?: string } = {}): Promise<Repository> => {
    const known = knownRepository(home.state, id);
    return openRepositoryAt(known.folder, () => keys.secretOf(known), { ...options, watchesLocks: false });
  };
  const searching = openRepositories((id) => open(id), now);
  const points = openPoints((id) => open(id, { reading: 'browse' }), now);
  const hosts = hostsWatch({
    hosts: home.hosts,
    now,
    remember: async (record, host) => rememberVms(home.state, record.name, await host.hypervisor.listVms(), now()),
  });
  const user = userInfo().username;
  let sweptAt = 0;
  return {
    home,
    options,
    user,
    vault: keys,
    points,
    searching,
    hosts,
    now,
    async withRepository(id, act) {
      const repository = await open(id);
      try {
        return await act(repository);
      } finally {
        await repository.close();
      }
    },
    async start(wish) {
      const known = wish.repository === null ? null : knownRepository(home.state, wish.repository);
      const secret = known === null ? null : await keys.secretOf(known);
      const run = {
        id: home.newRunId(),
        kind: wish.kind,
        startedAt: now(),
        repository: known?.id ?? '',
        subjects: wish.subjects,
      };
      const command = known === null ? wish.command : [...wish.command, '--repo', known.folder];
      const of = { home: home.path, state: home.state, program: options.program, now };
      const secrets = { passphrase: secret, lines: wish.secrets ?? [] };
      return startRun(of, run, { command, lines: wish.lines ?? [] }, secrets);
    },
    note: (deed) => noteDeed(home.state, { ...deed, at: now(), who: user }),
    sweepRuns() {
      // By whatever clock: one that was set back does not keep dead runs alive.
      if (Math.abs(now() - sweptAt) < sweepEveryMs) return;
      sweptAt = now();
      closeDeadRuns(home.state, sweptAt);
    },
    async close() {
      await points.close();
      await searching.close();
      await hosts.close();
    },
  };
}

/** After an unlock: what the repository really holds. */
export async function syncRepository(services: Services, repository: Repository): Promise<void> {
  await rememberPoints(services.home.state, repository, services.now());
}
