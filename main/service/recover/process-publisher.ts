/** Serves a recovery's disks by `hostkeep publish` in a process of its own: the VM must outlive the command that started it. */
import { hasCode, HostkeepError, type PublicationView, type RestorePoint, type RunId } from '#contract';
import { openOverlaidDisk, parseListenAddress, type DiskPublisher } from '#engine/recovery';
import type { ServedDisks } from '#engine/ports';
import type { Repository } from '#engine/repository';
import type { Home } from '../home.ts';
import { discardPublication, stopPublication } from '../publish/end-publication.ts';
import { systemClock, systemRandom } from '../repositories.ts';
import { startRun, type Program } from '../start-run.ts';
import { findPublication } from '../state/publications.ts';
import { publicationOfRecovery } from '../state/recoveries.ts';
import { findRun } from '../state/runs.ts';

export interface PublisherOptions {
  readonly home: Home;
  readonly program: Program;
  readonly recovery: RunId;
  readonly repository: Repository;
  readonly repositoryFolder: string;
  readonly point: RestorePoint;
  /** Goes to the publisher by standard input. */
  readonly passphrase: string;
  /** How it is served at first; null where it was before. */
  readonly first: { readonly listen: string; readonly overlayLimitBytes: number } | null;
}

interface Serving {
  readonly initiator: string;
  /** `ADDRESS:PORT`. */
  readonly listen: string;
  readonly secret: string;
  readonly overlayLimitBytes: number;
}

const user = 'hostkeep';
const lookEveryMs = 40;
const serveWithinMs = 60_000;

export function processPublisher(options: PublisherOptions): DiskPublisher {
  const { home, recovery, repository, point } = options;
  const id = publicationOfRecovery(recovery);
  const chap = chapSecret(home, recovery);
  const known = (): PublicationView | undefined => findPublication(home.state, id);
  const begin = async ({ initiator, listen, secret, overlayLimitBytes }: Serving): Promise<ServedDisks> => {
    const run = { id: home.newRunId(), kind: 'publish', startedAt: systemClock.now(), repository: repository.id } as const;
    const command = ['publish', point.id, '--id', id, '--listen', listen, '--initiator', initiator, '--chap-user', user].concat([
      '--chap-secret-stdin',
      '--overlay-limit',
      String(overlayLimitBytes),
      '--repo',
      options.repositoryFolder,
    ]);
    const of = { home: home.path, state: home.state, program: options.program, now: () => systemClock.now() };
    startRun(of, { ...run, subjects: [point.vm] }, { command, lines: [] }, { passphrase: options.passphrase, lines: [secret] });
    return servedBy(await serving(home, id, run.id), secret);
  };
  return {
    async serve(initiator) {
      if (options.first === null) throw new HostkeepError('internal/bug', { message: 'a recovery is served anew' });
      const secret = systemRandom.bytes(12).toString('base64url');
      await chap.keep(secret);
      return begin({ ...options.first, initiator, secret });
    },
    async resume() {
      const before = known();
      if (before?.state === 'serving') return;
      if (before?.served === undefined || before.served === null)
        throw new HostkeepError('publish/not-known', { publication: id });
      const secret = await chap.find();
      if (secret === undefined) throw new HostkeepError('publish/secret-gone', { recovery });
      const { initiators, overlayLimitBytes } = before.definition;
      await begin({ initiator: initiators?.[0] ?? '', listen: before.served.portal, secret, overlayLimitBytes });
    },
    stop: () => stopPublisher(home, id),
    open: (disk) => {
      const definition = known()?.definition;
      if (definition === undefined) throw new HostkeepError('publish/not-known', { publication: id });
      const place = { folder: definition.overlayFolder, limitBytes: definition.overlayLimitBytes };
      return openOverlaidDisk({ repository, point }, disk, place);
    },
    discard: () => discardPublisher(home, recovery),
  };
}

export async function stopPublisher(home: Home, publication: string): Promise<void> {
  try {
    await stopPublication(home.state, publication);
  } catch (error) {
    if (!hasCode(error, 'publish/not-known', 'publish/not-running')) throw error;
  }
}

/** The overlay, and the secret with which hosts logged in to it. */
export async function discardPublisher(home: Home, recovery: RunId): Promise<void> {
  try {
    await discardPublication(home.state, publicationOfRecovery(recovery));
  } catch (error) {
    if (!hasCode(error, 'publish/not-known')) throw error;
  }
  await chapSecret(home, recovery).forget();
}

/** The secret is needed again when a publisher died: the host logs in anew with what it was told. */
function chapSecret({ secrets }: Home, recovery: RunId) {
  const name = `recovery-${recovery}`;
  let mine: string | undefined;
  // Without a keystore a recovery lives as long as its publisher.
  const orNothing = async <Result>(act: () => Promise<Result>): Promise<Result | undefined> => {
    try {
      return await act();
    } catch (error) {
      if (hasCode(error, 'secrets/unavailable', 'secrets/missing', 'host/powershell-missing')) return undefined;
      throw error;
    }
  };
  return {
    async keep(secret: string): Promise<void> {
      mine = secret;
      await orNothing(() => secrets.set(name, secret));
    },
    find: async (): Promise<string | undefined> => mine ?? (await orNothing(() => secrets.get(name))),
    forget: async (): Promise<void> => void (await orNothing(() => secrets.delete(name))),
  };
}

/** Waits until it serves; a publisher that ended instead says why in its run. */
async function serving(home: Home, publication: string, run: RunId): Promise<PublicationView> {
  for (let waited = 0; waited < serveWithinMs; waited += lookEveryMs) {
    const seen = findPublication(home.state, publication);
    if (seen?.state === 'serving' && seen.run === run) return seen;
    const { run: record } = findRun(home.state, run);
    if (record.state !== 'running')
      throw record.error === null
        ? new HostkeepError('publish/not-running', { publication })
        : new HostkeepError(record.error.code, record.error.details);
    await systemClock.sleep(lookEveryMs);
  }
  await stopPublisher(home, publication);
  throw new HostkeepError('publish/not-running', { publication, waitedMs: serveWithinMs });
}

function servedBy({ served }: PublicationView, secret: string): ServedDisks {
  const { portal, iqn, luns } = served!;
  return { ...parseListenAddress(portal), iqn, chap: { user, secret }, units: luns };
}
