/**
 * A simulated Hyper-V host to try commands on: `npm run play:host` opens a shell in which `hostkeep` meets it, `npm run play:host -- host
 * check` runs one command. Its disks and its home stay in a folder of the temporary directory; `HOSTKEEP_PLAY` names another. What
 * Hyper-V has open lasts as long as the shell. `HOSTKEEP_PLAY_HOST` says what the host is like: {"locale": "de", "edition": "2012r2"}.
 */
import { spawn } from 'node:child_process';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyLab } from '../fixtures/lab.ts';
import { findEngine, missingEngine, simulationEnvironment } from './simulator/engine.ts';
import { serveWorld } from './simulator/server.ts';
import { newWorld, type WorldOptions } from './simulator/world.ts';

const engine = await findEngine();
if (engine === null) throw new Error(missingEngine);
const folder = process.env['HOSTKEEP_PLAY'] ?? join(tmpdir(), 'hostkeep-play');
const [host, home, bin] = ['host', 'home', 'bin'].map((name) => join(folder, name)) as [string, string, string];
if (!(await access(join(host, 'lab')).then(Boolean.bind(null, true), () => false))) await copyLab(host);
await mkdir(bin, { recursive: true });
const cli = new URL('../../main/cli/hostkeep.js', import.meta.url).pathname;
await writeFile(join(bin, 'hostkeep'), `#!/bin/sh\nexec "${process.execPath}" "${cli}" "$@"\n`, { mode: 0o755 });
const like = JSON.parse(process.env['HOSTKEEP_PLAY_HOST'] ?? '{}') as Omit<WorldOptions, 'home'>;
const server = await serveWorld(newWorld({ ...like, home: host }));
const simulated = simulationEnvironment(server, '7');
const env = {
  ...process.env,
  ...simulated,
  PATH: `${bin}:${simulated['PATH']}`,
  HOSTKEEP_POWERSHELL: engine.executable,
  HOSTKEEP_HOME: home,
};
const given = process.argv.slice(2);
if (given.length === 0)
  process.stdout.write(
    `In this shell \`hostkeep\` meets a simulated Hyper-V host. Begin with: hostkeep host add HV01\nA day passes in its guests: hostkeep --home '${host}' lab pass-day\n`,
  );
const [program, parameters] = given.length === 0 ? [process.env['SHELL'] ?? '/bin/sh', []] : [join(bin, 'hostkeep'), given];
const child = spawn(program, parameters, { env, stdio: 'inherit' });
child.once('exit', (code) => void server.close().then(() => process.exit(code ?? 1)));
