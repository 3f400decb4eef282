/**
 * `npm run oracle:iscsi [-- --suite NAME] [--ours]`: libiscsi's compliance suite against a published restore point, and against tgt on the
 * raw image that it was made of. Root (network namespaces); libiscsi-bin and tgt of Debian. Fails where tgt passes and we do not, and
 * where we do not pass more than tgt.
 */
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { noise } from '../../fixtures/environment.ts';
import { backedUp } from './ours.ts';
import { reportResults } from './report.ts';
import { listTests, runSuite, type TestResult } from './suite.ts';
import { startTgt } from './tgt.ts';

const { values } = parseArgs({ options: { suite: { type: 'string' }, ours: { type: 'boolean', default: false } } });
const folder = await mkdtemp(join(tmpdir(), 'hostkeep-oracle-'));
const image = join(folder, 'disk.raw');
try {
  await makeImage(image);
  const all = await listTests();
  const suites = [...all].filter(([suite]) => values.suite === undefined || values.suite === suite);
  const published = await backedUp(folder, image, { physicalSectorSize: 4096 });
  const publisher = await published.start();
  const ours = await runAll(publisher.url, suites, []);
  await publisher.stop();
  const sound = await published.isSound();
  const theirs = values.ours ? [] : await runOnTgt(suites);
  process.exitCode = reportResults(ours, theirs) && sound ? 0 : 1;
  process.stdout.write(`\nThe restore point ${sound ? 'still verifies' : 'IS DAMAGED'}.\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** 128 MiB: a quarter of it data. */
async function makeImage(path: string): Promise<void> {
  const file = await open(path, 'w');
  await file.write(noise(32 * 1024 * 1024, 1));
  await file.truncate(128 * 1024 * 1024);
  await file.close();
}

type Suites = readonly (readonly [string, readonly string[]])[];

async function runOnTgt(suites: Suites): Promise<readonly TestResult[]> {
  const tgt = await startTgt(image);
  try {
    return await runAll(tgt.url, suites, tgt.prefix);
  } finally {
    await tgt.stop();
  }
}

async function runAll(url: string, suites: Suites, prefix: readonly string[]): Promise<readonly TestResult[]> {
  const results: TestResult[] = [];
  for (const [suite, tests] of suites) results.push(...(await runSuite({ url, suite, tests }, prefix)));
  return results;
}
