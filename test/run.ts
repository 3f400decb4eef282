/**
 * Runs a suite: `node test/run.ts quick` is `npm test`. Temporary files lie in memory where there is plenty, because tests flush all the
 * time and nobody asks whether the disk has it after a power cut; a TMPDIR of one's own is left alone. A test file that is given runs
 * alone.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { availableParallelism, freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeModulePack } from './module-pack.ts';
import { findEngine } from './powershell/simulator/engine.ts';

const suites: Readonly<Record<string, readonly string[]>> = {
  quick: [
    'test/{contract,engine,files,host,lab,service,cli,conformance,compat,architecture,renderer}/**/*.test.ts',
    'test/electron/decisions.test.ts',
    'test/powershell/{lint,driver,operations,simulator}/**/*.test.ts',
  ],
  failure: ['test/failure/**/*.test.ts'],
  'powershell-quick': [
    'test/conformance/{hypervisor,restorer,recoverer,main-job}/**/*.test.ts',
    'test/powershell/{lint,driver,operations,simulator}/**/*.test.ts',
  ],
  'powershell-slow': ['test/powershell/*.test.ts', 'test/powershell/host/**/*.test.ts'],
};

const [suite = '', ...given] = process.argv.slice(2);
const chosen = given.length > 0 ? given : suites[suite];
if (chosen === undefined) throw new Error(`one of ${Object.keys(suites).join(', ')}`);
const memory = process.env['TMPDIR'] === undefined ? inMemory() : undefined;
// One more than there are cores: a test that waits for a process or a disk leaves its core to another.
const concurrency = `--test-concurrency=${availableParallelism() + 1}`;
const place = mkdtempSync(join(memory ?? tmpdir(), 'modules-'));
try {
  const modules = join(place, 'pack');
  writeModulePack(modules);
  const child = spawn(
    process.execPath,
    // New objects have room from the start: a twentieth of all time went into making it as it was wanted.
    ['--min-semi-space-size=16', '--import', './test/compile-cache.js', '--test', concurrency, '--test-reporter=spec', ...chosen],
    {
      stdio: 'inherit',
      env: { ...process.env, HOSTKEEP_TEST_MODULES: modules, ...(memory === undefined ? {} : { TMPDIR: memory }) },
    },
  );
  // Where the engine of the PowerShell tests must be built it is begun before the first of them waits for it. They tell what fails.
  if (given.length === 0 && suite !== 'failure') findEngine().catch(() => undefined);
  const [status] = (await once(child, 'close')) as [number | null];
  process.exitCode = status ?? 1;
} finally {
  rmSync(memory ?? place, { recursive: true, force: true });
}

/** A folder in memory; undefined where there is not enough. */
function inMemory(): string | undefined {
  const [place, wanted] = ['/dev/shm', 6 * 2 ** 30];
  try {
    const { bavail, bsize } = statfsSync(place);
    return bavail * bsize >= wanted && freemem() >= wanted ? mkdtempSync(join(place, 'hk-')) : undefined;
  } catch {
    // Not a Linux that has it.
    return undefined;
  }
}
