import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needs } from '../../../fixtures/tools.ts';
import { temporaryFolder } from '../../../fixtures/environment.ts';
import { ntfsOracle } from '../../../oracle/files/ntfs.ts';

/** The small form of `npm run oracle:files`. */
for (const variant of ['512', '65536', '4096 on 4096-byte sectors', '512, $MFT in pieces']) {
  test(`every file of an NTFS volume of ${variant} is what the driver and its maker say`, async (context) => {
    if (!needs(context, ntfsOracle.tools)) return;
    if (process.getuid?.() !== 0) return context.skip('needs root, to mount');
    const compared = await ntfsOracle.compare(variant, 1, await temporaryFolder(context));
    assert.deepEqual(
      compared.filter((row) => row.differences.length > 0),
      [],
    );
    assert.ok(compared.length > 500, `${compared.length} compared`);
  });
}
