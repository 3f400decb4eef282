import { execFile } from 'node:child_process';
import { access, mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const here = fileURLToPath(new URL('..', import.meta.url));
const built = fileURLToPath(new URL('../../../.cache/powershell', import.meta.url));

export interface Engine {
  readonly executable: string;
  readonly says: string;
}

let found: Promise<Engine | null> | undefined;

/** PowerShell of this machine, or the test engine built from NuGet; null where neither can be had. */
export function findEngine(): Promise<Engine | null> {
  found ??= search();
  return found;
}

async function search(): Promise<Engine | null> {
  for (const name of process.platform === 'win32' ? ['powershell.exe', 'pwsh.exe'] : ['pwsh']) {
    for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
      const executable = join(folder, name);
      if (await exists(executable)) return { executable, says: `PowerShell of this machine: ${executable}` };
    }
  }
  try {
    await mkdir(built, { recursive: true });
    await promisify(execFile)('dotnet', ['build', '-c', 'Release', '-o', built, '-v', 'q', '-nologo'], {
      cwd: join(here, 'engine'),
      timeout: 300_000,
    });
  } catch {
    return null;
  }
  return { executable: join(built, 'hostkeep-test-powershell'), says: 'test engine: System.Management.Automation 7.6.9 on .NET' };
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Environment in which the scripts meet the simulated host at `url`. */
export function simulationEnvironment(url: string, json: '5.1' | '7'): Readonly<Record<string, string>> {
  return {
    HOSTKEEP_SIMULATION: url,
    HOSTKEEP_SIMULATION_JSON: json,
    HOSTKEEP_NODE: process.execPath,
    PSModulePath: join(here, 'modules'),
    PATH: `${join(here, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`,
  };
}
