/** Which PowerShell the tests run on, and how it is built where there is none. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { exists, underLock } from '../../fixtures/cached-folder.ts';

const here = fileURLToPath(new URL('..', import.meta.url));
const cache = fileURLToPath(new URL('../../../.cache', import.meta.url));
const buildTimeoutMs = 600_000;

/** What a machine without any engine is told to install. */
export const missingEngine = 'no PowerShell engine: install PowerShell 7 (pwsh) or the .NET SDK 10 (package dotnet-sdk-10.0)';

export interface Engine {
  readonly executable: string;
  readonly says: string;
}

let found: Promise<Engine | null> | undefined;

/** PowerShell of this machine, or the test engine built from NuGet; null where neither can be had. @throws Error when the build fails */
export function findEngine(): Promise<Engine | null> {
  found ??= search();
  return found;
}

async function search(): Promise<Engine | null> {
  for (const name of process.platform === 'win32' ? ['powershell.exe', 'pwsh.exe'] : ['pwsh']) {
    const executable = await onPath(name);
    if (executable !== null) return { executable, says: `PowerShell of this machine: ${executable}` };
  }
  const dotnet = await onPath(process.platform === 'win32' ? 'dotnet.exe' : 'dotnet');
  return dotnet === null ? null : testEngine(dotnet);
}

/** The test engine, for the syntax trees that the lint reads: a PowerShell of the machine has no way to print them as JSON. */
export async function testEngine(dotnet: string): Promise<Engine> {
  const folder = join(cache, `powershell-${await fingerprint()}`);
  const executable = join(folder, 'hostkeep-test-powershell');
  if (!(await exists(executable))) await underLock('powershell', () => buildOnce(dotnet, folder, executable));
  return { executable, says: 'test engine: System.Management.Automation 7.6.9 from NuGet, on .NET' };
}

async function buildOnce(dotnet: string, folder: string, executable: string): Promise<void> {
  if (await exists(executable)) return;
  const source = await mkdtemp(join(cache, 'build-'));
  try {
    await cp(join(here, 'engine'), source, { recursive: true, filter: (path) => !/[\\/](bin|obj)$/.test(path) });
    const rid = `${process.platform === 'darwin' ? 'osx' : 'linux'}-${process.arch}`;
    // Compiled ahead: a start takes half the time, and the tests start it often.
    const fast = ['-r', rid, '--self-contained', 'false', '-p:PublishReadyToRun=true'];
    await promisify(execFile)(dotnet, ['publish', '-c', 'Release', ...fast, '-o', join(source, 'out'), '-v', 'q', '-nologo'], {
      cwd: source,
      timeout: buildTimeoutMs,
    });
    await rename(join(source, 'out'), folder);
  } finally {
    await rm(source, { recursive: true, force: true });
  }
}

async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  const folder = join(here, 'engine');
  const names = (await readdir(folder, { recursive: true })).filter(
    (name) => /\.(cs|csproj|json|psd1)$/.test(name) && !/^(bin|obj)/.test(name),
  );
  for (const name of names.sort()) hash.update(name).update(await readFile(join(folder, name)));
  return hash.digest('hex').slice(0, 12);
}

async function onPath(name: string): Promise<string | null> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter))
    if (await exists(join(folder, name))) return join(folder, name);
  return null;
}

/** Environment in which the scripts meet the simulated host. */
export function simulationEnvironment(
  { url, toolPort }: { readonly url: string; readonly toolPort: number },
  json: '5.1' | '7',
): Readonly<Record<string, string>> {
  return {
    HOSTKEEP_SIMULATION: url,
    HOSTKEEP_SIMULATION_TOOLS: String(toolPort),
    HOSTKEEP_SIMULATION_JSON: json,
    HOSTKEEP_NODE: process.execPath,
    PSModulePath: join(here, 'modules'),
    PATH: `${join(here, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`,
  };
}
