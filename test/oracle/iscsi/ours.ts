/** A restore point of an image, published by the command, as users would. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { PublishedTarget, RestorePoint } from '#contract';
import { checkRepository, openRepository } from '#engine/repository';
import { folderStorage } from '#engine/storage';
import { clock, newRepository, passphrase, quiet, random } from '../../fixtures/environment.ts';
import { backUpImage } from '../../fixtures/points.ts';

const cli = new URL('../../../main/cli/hostkeep.js', import.meta.url).pathname;

export interface Published {
  readonly point: RestorePoint;
  readonly repositoryFolder: string;
  readonly home: string;
  start(): Promise<Publisher>;
  /** Every byte of the restore point against its names. */
  isSound(): Promise<boolean>;
}

export interface Publisher {
  readonly target: PublishedTarget;
  readonly pid: number;
  readonly url: string;
  /** From the start of the command to its line. */
  readonly startMs: number;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Backs the image up into a new repository below `folder`. */
export async function backedUp(
  folder: string,
  image: string,
  of: { readonly physicalSectorSize?: number } = {},
): Promise<Published> {
  const repositoryFolder = join(folder, 'repo');
  const home = join(folder, 'home');
  const repository = await newRepository(folderStorage(repositoryFolder));
  const { point } = await backUpImage(repository, { image, ...of });
  await repository.close();
  const env = { ...process.env, HOSTKEEP_HOME: home, HOSTKEEP_REPO: repositoryFolder, HOSTKEEP_PASSWORD: passphrase };
  return {
    point,
    repositoryFolder,
    home,
    start: () => startPublisher(env, point.id),
    async isSound() {
      const opened = await openRepository(folderStorage(repositoryFolder), { secret: passphrase, random, clock });
      try {
        const { problems } = await checkRepository(opened, { readData: true, repairIndex: false, ...quiet });
        return problems.length === 0;
      } finally {
        await opened.close();
      }
    },
  };
}

async function startPublisher(env: NodeJS.ProcessEnv, point: string): Promise<Publisher> {
  const started = performance.now();
  const child = spawn(process.execPath, [cli, '--json', 'publish', point], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  for await (const line of createInterface({ input: child.stdout })) {
    const startMs = performance.now() - started;
    const target = JSON.parse(line) as PublishedTarget;
    if (target.portal === undefined) throw new Error(line);
    return {
      target,
      startMs,
      pid: child.pid!,
      url: `iscsi://${target.portal}/${target.iqn}/0`,
      async stop(signal = 'SIGTERM') {
        child.kill(signal);
        await closed;
      },
    };
  }
  throw new Error('the publisher ended without a word');
}
