/** Everything that runs through PowerShell against the simulated host: `npm run test:powershell`. */
import { spawnSync } from 'node:child_process';
import { findEngine, missingEngine } from './simulator/engine.ts';

const engine = await findEngine();
process.stdout.write(`${engine?.says ?? `skipped: ${missingEngine}`}\n`);
if (engine !== null) {
  const tests = [
    'test/conformance/{hypervisor,restorer}/**/*.test.ts',
    'test/powershell/**/*.test.ts',
    'test/failure/host-*.test.ts',
  ];
  const { status } = spawnSync(process.execPath, ['--test', '--test-reporter=spec', ...tests], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
