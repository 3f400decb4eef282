/** tgt, the reference target in user space, on a raw file. It listens on all addresses whatever it is told: so in a network namespace of its own. */
import { execFile, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const name = 'iqn.2026-01.test:tgt';

export interface Reference {
  readonly url: string;
  /** What a program is started by to reach it. */
  readonly prefix: readonly string[];
  stop(): Promise<void>;
}

/** Needs root. */
export async function startTgt(image: string, port = 3260): Promise<Reference> {
  const child = spawn('unshare', ['-n', 'tgtd', '-f', '--iscsi', `portal=127.0.0.1:${port}`], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const prefix = ['nsenter', '-t', String(child.pid), '-n'];
  const inside = async (...parameters: readonly string[]): Promise<void> => {
    const [program, ...rest] = [...prefix, ...parameters];
    await run(program!, rest);
  };
  await again(() => inside('ip', 'link', 'set', 'lo', 'up'));
  const admin = (...parameters: readonly string[]): Promise<void> => inside('tgtadm', '--lld', 'iscsi', ...parameters);
  await again(() => admin('--mode', 'target', '--op', 'new', '--tid', '1', '--targetname', name));
  await admin('--mode', 'logicalunit', '--op', 'new', '--tid', '1', '--lun', '1', '--backing-store', image);
  await admin('--mode', 'logicalunit', '--op', 'update', '--tid', '1', '--lun', '1', '--params', 'thin_provisioning=1');
  await admin('--mode', 'target', '--op', 'bind', '--tid', '1', '--initiator-address', 'ALL');
  return {
    url: `iscsi://127.0.0.1:${port}/${name}/1`,
    prefix,
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Until it listens. */
async function again(act: () => Promise<void>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await act();
    } catch (error) {
      if (tries === 50) throw error;
      await sleep(100);
    }
  }
}
