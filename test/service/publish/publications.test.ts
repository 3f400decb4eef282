import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasCode, type ErrorCode } from '#contract';
import { readBytes } from '#engine/blocks';
import { openOverlaidDisk, openPointDisk } from '#engine/recovery';
import { listPins, pinPoint, thisProcess } from '#engine/repository';
import { discardPublication, listPublications, publishRestorePoint, stopPublication } from '#service/publish';
import { forgetByHand } from '#service';
import { claimDiscard, endPublication } from '../../../main/service/state/publications.ts';
import { noise } from '../../fixtures/environment.ts';
import { cdbs } from '../../fixtures/cdbs.ts';
import { pointToPublish, usualWish, type PublishedPoint } from '../../fixtures/publication.ts';

const failsWith = (code: ErrorCode) => (error: unknown) => hasCode(error, code);

test('a restore point is served, written over, and published again as it was left; it never changes itself', async (context) => {
  const of = await pointToPublish(context);
  const first = await of.publish();
  const one = await first.connect();
  const written = noise(64 * 512, 5);
  assert.equal((await one.command(cdbs.write(100, 64), { write: written })).status, 0);
  assert.equal((await one.command(cdbs.synchronize)).status, 0);
  assert.ok(
    (await one.command(cdbs.read(90, 84), { read: 84 * 512 })).data.equals(
      over(of.bytes, 100 * 512, written).subarray(90 * 512, 174 * 512),
    ),
  );
  const stopped = await stopPublication(of.home.state, first.target.id);
  assert.equal(stopped.state, 'stopped');
  assert.equal(stopped.usedBytes, 36 * 1024);
  await first.ended;

  const again = await of.publish();
  assert.deepEqual(again.target.luns, first.target.luns, 'hosts know the disk again');
  const two = await again.connect();
  assert.ok((await two.command(cdbs.read(100, 64), { read: 64 * 512 })).data.equals(written));
  await again.stop();

  const overlay = { folder: join(of.home.path, 'publications', first.target.id), limitBytes: 2 ** 30 };
  const whole = await openOverlaidDisk(of, 0, overlay);
  assert.ok((await readBytes(whole, 0, of.bytes.length)).equals(over(of.bytes, 100 * 512, written)));
  await whole.close();
  await discardPublication(of.home.state, first.target.id);
  assert.deepEqual(await readdir(join(of.home.path, 'publications')), []);
  const untouched = await openPointDisk(of.repository, of.point, 0);
  assert.ok((await readBytes(untouched, 0, of.bytes.length)).equals(of.bytes));
});

test('a published restore point is kept from being forgotten until its overlay is discarded; a pin of a person stays', async (context) => {
  const of = await pointToPublish(context, 1);
  const { storage } = of.repository;
  const first = await of.publish();
  const beside = await of.publish({ id: 'beside' });
  const forget = () => forgetByHand(of.repository, of.point.id, { graceDays: 0, atOnce: true, by: 'test' });
  await assert.rejects(forget(), failsWith('retention/pinned'));
  await first.stop();
  await assert.rejects(forget(), failsWith('retention/pinned'), 'the overlay is kept, so the point is');
  await assert.rejects(discardPublication(of.home.state, 'beside'), failsWith('publish/running'));
  await discardPublication(of.home.state, first.target.id);
  assert.deepEqual(
    (await listPins(storage)).map((pin) => pin.why),
    ['published as beside'],
  );
  await beside.stop();
  await pinPoint(storage, { point: of.point.id, at: 1, why: 'mine' });
  await discardPublication(of.home.state, 'beside');
  assert.deepEqual(
    (await listPins(storage)).map((pin) => pin.why),
    ['mine'],
  );
  assert.deepEqual(listPublications(of.home.state), []);
});

test('a state that cannot be written for a while ends no publication: its disks are somebody’s', async (context) => {
  const of = await pointToPublish(context, 1);
  const first = await of.publish();
  const { state } = of.home;
  const prepare = state.prepare.bind(state);
  let refused = 0;
  state.prepare = (sql: string) => {
    if (!sql.startsWith('UPDATE publications SET used_bytes')) return prepare(sql);
    refused += 1;
    throw Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR', errcode: 13 });
  };
  const one = await first.connect();
  for (let looks = 0; refused < 3 && looks < 3000; looks += 1) await sleep(20);
  assert.ok(refused >= 3);
  assert.equal((await one.command(cdbs.read(0, 8), { read: 4096 })).status, 0);
  state.prepare = prepare;
  for (let looks = 0; listPublications(state)[0]?.sessions !== 1 && looks < 3000; looks += 1) await sleep(20);
  assert.equal(listPublications(state)[0]?.state, 'serving');
  await first.stop();
});

test('two publishers never have one overlay, and a name stays with its restore point', async (context) => {
  const of = await pointToPublish(context, 1);
  const first = await of.publish();
  await assert.rejects(of.publish(), failsWith('overlay/in-use'));
  const [known] = listPublications(of.home.state);
  assert.equal(known?.state, 'serving', 'the one that was refused took nothing away');
  const beside = await of.publish({ id: 'beside' });
  const [one, two] = [await first.connect(), await beside.connect()];
  await one.command(cdbs.write(0, 8), { write: noise(4096, 1) });
  assert.ok(
    (await two.command(cdbs.read(0, 8), { read: 4096 })).data.equals(of.bytes.subarray(0, 4096)),
    'each has its own overlay',
  );
  assert.notEqual(first.target.luns[0]?.serial, beside.target.luns[0]?.serial);
  const other = await pointToPublish(context, 1);
  await beside.stop();
  await assert.rejects(publishFrom({ ...other, home: of.home }, 'beside'), failsWith('publish/other-point'));
});

test('what cannot begin leaves nothing behind', async (context) => {
  const of = await pointToPublish(context, 1);
  const account = { user: 'host', secret: 'a secret of 16 b' };
  const taken = await of.publish({ id: 'taken' });
  const port = Number(taken.target.portal.split(':').at(-1));
  const listen = { address: '127.0.0.1', port };
  await assert.rejects(of.publish({ listen }), failsWith('publish/address-taken'));
  await assert.rejects(of.publish({ listen: { address: '0.0.0.0', port: 0 } }), failsWith('publish/chap-required'));
  const weak = { initiator: { ...account, secret: 'short' }, target: null };
  await assert.rejects(of.publish({ chap: weak }), failsWith('publish/secret-unfit'));
  await assert.rejects(
    of.publish({ chap: { initiator: account, target: { ...account, user: 't' } } }),
    failsWith('publish/secrets-equal'),
  );
  await assert.rejects(
    of.publish({ nbd: { address: '0.0.0.0', port: 0 } }),
    failsWith('input/invalid'),
    'NBD asks nobody who they are',
  );
  await assert.rejects(of.publish({ disks: [3] }), failsWith('input/not-found'));
  await assert.rejects(of.publish({ id: '../up' }), failsWith('input/invalid'));
  assert.deepEqual(
    listPublications(of.home.state).map(({ id }) => id),
    ['taken'],
  );
  assert.deepEqual(await readdir(join(of.home.path, 'publications')), ['taken']);
});

test('discarding takes only what publishing has made, and nobody publishes meanwhile', async (context) => {
  const of = await pointToPublish(context, 1);
  const overlayFolder = join(of.folder, 'mine');
  const first = await of.publish({ overlayFolder });
  const one = await first.connect();
  await one.command(cdbs.write(0, 8), { write: noise(4096, 1) });
  await first.stop();
  await writeFile(join(overlayFolder, 'letter.txt'), '');
  await writeFile(join(overlayFolder, 'disk0', 'another.txt'), '');
  const { id } = first.target;
  claimDiscard(of.home.state, id, thisProcess());
  await assert.rejects(of.publish(), failsWith('overlay/in-use'));
  await assert.rejects(discardPublication(of.home.state, id), failsWith('publish/running'), 'nor does somebody else discard it');
  endPublication(of.home.state, id);
  await discardPublication(of.home.state, id);
  assert.deepEqual((await readdir(overlayFolder)).toSorted(), ['disk0', 'letter.txt']);
  assert.deepEqual(await readdir(join(overlayFolder, 'disk0')), ['another.txt']);
});

function over(bytes: Buffer, offset: number, written: Buffer): Buffer {
  const whole = Buffer.from(bytes);
  written.copy(whole, offset);
  return whole;
}

function publishFrom({ home, repository, repositoryFolder, point }: PublishedPoint, id: string): Promise<unknown> {
  const signal = AbortSignal.abort();
  const telling = { onServing: () => undefined, onFault: () => undefined };
  return publishRestorePoint(
    { home, repository, repositoryFolder, point, run: 'test', signal, ...telling },
    { ...usualWish, id },
  );
}
