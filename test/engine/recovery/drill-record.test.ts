import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { hasCode, type DrillRecord, type ErrorCode } from '#contract';
import { bootVerdict, checkDrillRecord, judgeDrill, newDrillKey, pngOf, publicDrillKey, signDrillRecord } from '#engine/recovery';
import { judgeScreen } from '../../../main/engine/recovery/instant/screen.ts';

const record: DrillRecord = {
  version: 1,
  run: 'a1',
  at: '2026-11-25T10:00:00.000Z',
  repository: 'r',
  point: 'p',
  pointTime: '2026-11-24T22:00:00.000Z',
  vm: 'FS01 \u00e4',
  host: 'HV01',
  network: 'disconnected',
  verdict: 'passed',
  servedAfterMs: 900,
  startedAfterMs: 2100,
  heartbeat: 'ok',
  heartbeatAfterMs: 40_000,
  screen: 'content',
  picture: null,
  verification: { verdict: 'sound', checks: [], notes: [], evidence: null },
  undone: true,
  error: null,
};

const refused = (act: () => unknown, code: ErrorCode): void =>
  assert.throws(act, (error) => hasCode(error, code) || assert.fail(String(error)));

test('a record is checked by nothing but the file and a key, and OpenSSL agrees', () => {
  const key = newDrillKey();
  const signed = signDrillRecord(record, key);
  const checked = checkDrillRecord(JSON.stringify(signed), publicDrillKey(key));
  assert.deepEqual(checked.record, record);
  // As the documentation of the format says it, without our code.
  const prefix = Buffer.from('302a300506032b6570032100', 'hex');
  const publicKey = createPublicKey({
    key: Buffer.concat([prefix, Buffer.from(signed.publicKey, 'base64')]),
    format: 'der',
    type: 'spki',
  });
  const covered = Buffer.concat([Buffer.from('hostkeep-drill-record-v1\n'), Buffer.from(signed.record, 'base64')]);
  assert.ok(verify(null, covered, publicKey, Buffer.from(signed.signature, 'base64')));
});

test('a record that somebody has changed in any byte is refused, and so is another key', () => {
  const key = newDrillKey();
  const signed = signDrillRecord(record, key);
  const bytes = Buffer.from(signed.record, 'base64');
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes);
    changed[at]! ^= 1;
    refused(
      () => checkDrillRecord(JSON.stringify({ ...signed, record: changed.toString('base64') }), null),
      'drill/record-forged',
    );
  }
  const other = newDrillKey();
  refused(() => checkDrillRecord(JSON.stringify(signDrillRecord(record, other)), publicDrillKey(key)), 'drill/other-key');
  // A foreign signature under our key.
  const theirs = signDrillRecord({ ...record, verdict: 'failed' }, other);
  refused(() => checkDrillRecord(JSON.stringify({ ...theirs, publicKey: publicDrillKey(key) }), null), 'drill/record-forged');
});

test('what is no record is refused with a code', () => {
  const signed = signDrillRecord(record, newDrillKey());
  const bad: readonly unknown[] = [
    null,
    {},
    [],
    { ...signed, format: 'x' },
    { ...signed, version: 2 },
    { ...signed, publicKey: 'AA==' },
    { ...signed, signature: '' },
    { ...signed, record: '%%%' },
  ];
  for (const value of bad) refused(() => checkDrillRecord(JSON.stringify(value), null), 'drill/record-malformed');
  refused(() => checkDrillRecord('{', null), 'drill/record-malformed');
  refused(() => signDrillRecord(record, 'no key'), 'drill/key-unfit');
  const odd = signDrillRecord({ ...record, verdict: 'great' as 'passed' }, newDrillKey());
  refused(() => checkDrillRecord(JSON.stringify(odd), null), 'drill/record-malformed');
});

test('a screen of one colour is blank, the blue of a stop screen is seen, and anything else is content', () => {
  const screen = (colour: number, other: number, every: number) => {
    const rgb565 = Buffer.alloc(64 * 48 * 2);
    for (let at = 0; at < 64 * 48; at += 1) rgb565.writeUInt16LE(at % every === 0 ? other : colour, at * 2);
    return { width: 64, height: 48, rgb565 };
  };
  assert.equal(judgeScreen(screen(0, 0, 1)), 'blank');
  assert.equal(judgeScreen(screen(0x03da, 0xffff, 9)), 'stop');
  assert.equal(judgeScreen(screen(0x03da, 0x03da, 1)), 'blank');
  assert.equal(judgeScreen(screen(0x1234, 0xffff, 3)), 'content');
});

test('a picture becomes a PNG with its colours', () => {
  const rgb565 = Buffer.alloc(4);
  rgb565.writeUInt16LE(0xf800, 0);
  rgb565.writeUInt16LE(0x07ff, 2);
  const png = pngOf({ width: 2, height: 1, rgb565 });
  assert.equal(png.subarray(0, 8).toString('hex'), '89504e470d0a1a0a');
  const data = png.subarray(png.indexOf('IDAT') + 4);
  assert.deepEqual([...inflateSync(data)], [0, 255, 0, 0, 0, 255, 255]);
});

test('a drill passes only where the guest answered and its data is sound', () => {
  assert.equal(judgeDrill('booted', 'sound'), 'passed');
  assert.equal(judgeDrill('booted', 'doubtful'), 'unclear');
  assert.equal(judgeDrill('unclear', 'sound'), 'unclear');
  for (const data of ['sound', 'doubtful', 'damaged'] as const) assert.equal(judgeDrill('failed', data), 'failed');
  assert.equal(judgeDrill('booted', 'damaged'), 'failed');
  assert.equal(judgeDrill(null, 'sound'), 'failed');
  assert.equal(bootVerdict({ heartbeat: 'ok', screen: 'blank' }), 'booted');
  assert.equal(bootVerdict({ heartbeat: 'ok', screen: 'stop' }), 'failed');
  assert.equal(bootVerdict({ heartbeat: 'none', screen: 'content' }), 'unclear');
  assert.equal(bootVerdict({ heartbeat: 'lost', screen: null }), 'failed');
});
