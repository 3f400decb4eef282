/**
 * What runs through PowerShell against the simulated host: `npm run test:powershell`; with `--slow` only what `npm test` does not run.
 */
import { spawnSync } from 'node:child_process';
import { findEngine, missingEngine } from './simulator/engine.ts';

const quick = [
  'test/conformance/{hypervisor,restorer}/**/*.test.ts',
  'test/powershell/{lint,driver,operations,simulator}/**/*.test.ts',
];
const slow = ['test/powershell/*.test.ts', 'test/powershell/host/**/*.test.ts'];

const engine = await findEngine();
process.stdout.write(`${engine?.says ?? `skipped: ${missingEngine}`}\n`);
if (engine !== null) {
  const tests = process.argv.includes('--slow') ? slow : [...quick, ...slow];
  const { status } = spawnSync(
    process.execPath,
    ['--import', './test/compile-cache.js', '--test', '--test-concurrency=2', '--test-reporter=spec', ...tests],
    { stdio: 'inherit' },
  );
  process.exitCode = status ?? 1;
}
