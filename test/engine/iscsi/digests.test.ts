import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { hasCode } from '#contract';
import { noise } from '../../fixtures/environment.ts';
import { cdbs } from '../../fixtures/cdbs.ts';
import { initiator } from '../../fixtures/initiator.ts';
import { pduOf, type Digests } from '../../fixtures/iscsi-pdu.ts';
import { servedDisk, targetName } from '../../fixtures/published.ts';
import { needs } from '../../fixtures/tools.ts';

const run = promisify(execFile);

for (const digests of [
  { header: true, data: false },
  { header: false, data: true },
  { header: true, data: true },
]) {
  test(`with digests of ${Object.entries(digests)
    .flatMap(([name, used]) => (used ? [name] : []))
    .join(' and ')} every PDU is sealed, both ways`, async (context) => {
    const { port } = await servedDisk(context);
    const one = await initiator({ port, targetName, digests, keys: { MaxRecvDataSegmentLength: '20001' } });
    await one.command(cdbs.testUnitReady);
    const bytes = noise(300 * 512, 8);
    assert.equal((await one.command(cdbs.write(7, 300), { write: bytes })).status, 0);
    assert.ok((await one.command(cdbs.read(7, 300), { read: bytes.length })).data.equals(bytes));
    assert.equal((await one.command(cdbs.read(99_999, 1), { read: 512 })).sense, '5/21/0');
    await one.logout();
  });
}

/** NOP-Out with data, one bit of which is turned where `at` says. */
function broken(digests: Digests, at: number): Buffer {
  const header = Buffer.alloc(48);
  header[0] = 0x40;
  header[1] = 0x80;
  header.writeUInt32BE(5, 16);
  header.writeUInt32BE(0xffff_ffff, 20);
  const pdu = pduOf(header, Buffer.from('is anybody there'), digests);
  pdu[at]! ^= 0x10;
  return pdu;
}

test('data that is not what was sent is rejected by its reason and ends the connection; nothing of a bad header is believed', async (context) => {
  const { port, protocolErrors } = await servedDisk(context);
  const digests = { header: true, data: true };
  const one = await initiator({ port, targetName, digests });
  one.socket.write(broken(digests, 60));
  const { opcode, header } = await one.receive();
  assert.deepEqual([opcode, header[2]], [0x3f, 0x02]);
  await once(one.socket, 'close');
  const two = await initiator({ port, targetName, digests });
  two.socket.write(broken(digests, 17));
  await assert.rejects(two.receive(), /closed the connection/);
  assert.equal(protocolErrors.length, 2);
  assert.ok(protocolErrors.every((error) => hasCode(error, 'iscsi/malformed')));
});

test("libiscsi's initiator logs in by CHAP both ways and with a header digest, and not with another secret", async (context) => {
  if (!needs(context, { 'iscsi-inq': 'libiscsi-bin' })) return;
  const [initiatorAccount, target] = [
    { user: 'host1', secret: 'a-secret-of-16-b' },
    { user: 'target', secret: 'another-of-16-by' },
  ];
  const { portal } = await servedDisk(context, { chap: { initiator: initiatorAccount, target } });
  const inquire = async (secret: string, targetSecret: string): Promise<string> =>
    (
      await run(
        'iscsi-inq',
        [
          `iscsi://host1%${secret}@${portal}/${targetName}/0?target_user=target&target_password=${targetSecret}&header_digest=crc32c`,
        ],
        { timeout: 20_000 },
      )
    ).stdout;
  assert.match(await inquire(initiatorAccount.secret, target.secret), /Vendor:HOSTKEEP/);
  await assert.rejects(inquire('wrong-secret-16b', target.secret), /Command failed/);
  await assert.rejects(inquire(initiatorAccount.secret, 'wrong-secret-16b'), /Command failed/);
});
