/**
 * What runs through PowerShell against the simulated host: `npm run test:powershell`; with `--slow` only what `npm test` does not run.
 */
import { spawnSync } from 'node:child_process';
import { findEngine, missingEngine } from './simulator/engine.ts';

const engine = await findEngine();
process.stdout.write(`${engine?.says ?? `skipped: ${missingEngine}`}\n`);
if (engine !== null) {
  const suites = process.argv.includes('--slow') ? ['powershell-slow'] : ['powershell-quick', 'powershell-slow'];
  const results = suites.map((suite) => spawnSync(process.execPath, ['test/run.ts', suite], { stdio: 'inherit' }).status ?? 1);
  process.exitCode = Math.max(...results);
}
