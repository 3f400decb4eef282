/** `npm run oracle:files [-- --only NTFS] [--variant 4096] [--scale N]`: readers of file systems beside independent oracles. Needs root. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { missingTools } from '../../fixtures/tools.ts';
import { btrfsOracle } from './btrfs.ts';
import { exfatOracle } from './exfat.ts';
import { extOracle } from './ext.ts';
import { fatOracle } from './fat.ts';
import { ntfsOracle } from './ntfs.ts';
import type { Compared, FileOracle } from './oracle.ts';
import { xfsOracle } from './xfs.ts';
import { differencesText, tableOf } from './table.ts';

const oracles: readonly FileOracle[] = [ntfsOracle, fatOracle, exfatOracle, extOracle, xfsOracle, btrfsOracle];
const { values } = parseArgs({
  options: { only: { type: 'string' }, variant: { type: 'string' }, scale: { type: 'string', default: '4' } },
});

for (const oracle of oracles) {
  if (values.only !== undefined && values.only !== oracle.fileSystem) continue;
  const missing = missingTools(oracle.tools);
  if (missing.length > 0) {
    process.stdout.write(`${oracle.fileSystem}: skipped, needs the Debian packages ${missing.join(', ')}\n`);
    process.exitCode = 1;
    continue;
  }
  const results = new Map<string, readonly Compared[]>();
  for (const variant of oracle.variants) {
    if (values.variant !== undefined && values.variant !== variant) continue;
    const compared = await inFolder((folder) => oracle.compare(variant, Number(values.scale), folder));
    process.stderr.write(`${oracle.fileSystem} ${variant}: ${compared.length} compared\n`);
    results.set(variant, compared);
  }
  const bad = differencesText(results, 50);
  const oracleNames = [...new Set([...results.values()].flat().map((row) => row.oracle))].join(', ');
  process.stdout.write(
    `\n${oracle.fileSystem}: files compared with ${oracleNames}\n${tableOf(results)}\n${bad}${bad === '' ? '' : '\n'}`,
  );
  if (bad !== '') process.exitCode = 1;
}

async function inFolder<Result>(act: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'hostkeep-oracle-'));
  try {
    return await act(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
