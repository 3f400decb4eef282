/**
 * Everything that runs through PowerShell against the simulated host: `npm run test:powershell`; with `--slow` only what neither `npm test`
 * nor `npm run test:failure` runs.
 */
import { spawnSync } from 'node:child_process';
import { findEngine, missingEngine } from './simulator/engine.ts';

const quick = [
  'test/conformance/{hypervisor,restorer}/**/*.test.ts',
  'test/powershell/{lint,driver,operations,simulator}/**/*.test.ts',
];
const killed = ['test/failure/host-*.test.ts'];
const slow = ['test/powershell/*.test.ts', 'test/powershell/host/**/*.test.ts', 'test/powershell/matrix/faults.matrix.ts'];

const engine = await findEngine();
process.stdout.write(`${engine?.says ?? `skipped: ${missingEngine}`}\n`);
if (engine !== null) {
  const tests = process.argv.includes('--slow') ? slow : [...quick, ...killed, ...slow];
  const { status } = spawnSync(process.execPath, ['--test', '--test-reporter=spec', ...tests], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
