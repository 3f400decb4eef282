import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolder } from '../../fixtures/environment.ts';
import { needs } from '../../fixtures/tools.ts';
import { btrfsOracle } from '../../oracle/files/btrfs.ts';
import { exfatOracle } from '../../oracle/files/exfat.ts';
import { extOracle } from '../../oracle/files/ext.ts';
import { xfsOracle } from '../../oracle/files/xfs.ts';
import { fatOracle } from '../../oracle/files/fat.ts';

/** The small form of `npm run oracle:files`: the variants that differ most. */
const chosen = [
  [fatOracle, ['FAT12 4096', 'FAT32 512']],
  [exfatOracle, ['512', '32768']],
  [xfsOracle, ['5, 1024, folders 4096', '5, no big times']],
  [btrfsOracle, ['sha256, lzo', 'xxhash64, zstd, mixed']],
  [extOracle, ['ext2 1024', 'ext4 inline data', 'ext4 clusters']],
] as const;

for (const [oracle, variants] of chosen) {
  for (const variant of variants) {
    test(`every file of ${oracle.fileSystem} ${variant} is what its driver or maker says`, async (context) => {
      if (!needs(context, oracle.tools)) return;
      if (process.getuid?.() !== 0) return context.skip('needs root, to mount');
      const compared = await oracle.compare(variant, 1, await temporaryFolder(context));
      assert.deepEqual(
        compared.filter((row) => row.differences.length > 0),
        [],
      );
      assert.ok(compared.length > 500, `${compared.length} compared`);
    });
  }
}
