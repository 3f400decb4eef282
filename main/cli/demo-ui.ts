/**
 * `npm run demo:ui`: the console on a filled lab: backups over some days, one of them with a failing writer. `--seed` adds 500 VMs with
 * 20,000 restore points as they would be listed, to see how it is with many.
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openHome, ownProgram } from '#service';
import { consoleServices, serveConsole } from '#service/console';
import { demoPassphrase, fillLab } from './demo/fill-lab.ts';
import { seedMany } from './demo/seed-many.ts';

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const folder = process.env['HOSTKEEP_HOME'] ?? (await mkdtemp(join(tmpdir(), 'hostkeep-demo-')));
const home = openHome(folder);
const services = consoleServices(home, { mode: 'browser', version: 'demo', program: ownProgram });
await fillLab(services, say);
if (process.argv.includes('--seed')) seedMany(home.state, { vms: 500, points: 20_000, now: Date.now() });
const renderer = fileURLToPath(new URL('../../dist/renderer', import.meta.url));
const port = Number(process.env['PORT'] ?? 0);
const served = await serveConsole({ services, renderer, port });
say(
  `\nThe console is at\n\n    ${served.url}\n\nThe passphrase of its repository is "${demoPassphrase}". State lies in ${folder}. End it with Ctrl+C.`,
);
process.once('SIGINT', () => {
  void served
    .close()
    .then(() => services.close())
    .then(() => home.close());
});
