import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHive, replayLogs, valueText, type ObjectBytes } from '#engine/objects';
import { writeHiveLog, writeLogEntry, writeOldHiveLog } from '../../fixtures/hive-log-writer.ts';
import { writeHive } from '../../fixtures/hive-writer.ts';
import { memoryBytes } from './memory-bytes.ts';

/** A hive in one of its states: its keys are as many as its number. */
function hive(state: number, sequences: readonly [number, number] = [9, 6]): Buffer {
  const keys = Array.from({ length: state * 40 }, (_, at) => ({
    name: `key ${at}`,
    values: [{ name: 'state', type: 1, data: Buffer.from(`${state}\0`, 'utf16le') }],
  }));
  return writeHive({ name: 'ROOT', keys }, { sequences });
}

const [before, middle, after] = [hive(1), hive(2), hive(4)];
const [first, second] = [writeLogEntry(before, middle, 6), writeLogEntry(middle, after, 7)];

async function stateOf(source: ObjectBytes): Promise<string> {
  const opened = await openHive(source);
  const key = await opened.child(await opened.root(), 'key 0');
  const [value] = await opened.values(key!);
  return `${(await opened.root()).subkeys} keys, state ${valueText(1, await opened.data(value!, 100))}`;
}

async function replayed(logs: readonly Buffer[], source = before): Promise<readonly [number, string]> {
  const { bytes, entries } = await replayLogs(memoryBytes(source), logs.map(memoryBytes));
  return [entries, await stateOf(bytes)];
}

test('entries of both logs are put in place by their numbers, and the hive is clean then', async () => {
  const log = (sequence: number, entry: Buffer): Buffer => writeHiveLog(before, sequence, [entry]);
  assert.deepEqual(await replayed([writeHiveLog(before, 6, [first, second])]), [2, '160 keys, state 4']);
  assert.deepEqual(await replayed([log(7, second), log(6, first)]), [2, '160 keys, state 4']);
  const later = await replayed([writeHiveLog(before, 300, [writeLogEntry(before, after, 300)])]);
  assert.deepEqual(later, [1, '160 keys, state 4'], 'logs that Windows began anew');
  const { bytes } = await replayLogs(memoryBytes(before), [memoryBytes(log(6, first))]);
  const { state } = await openHive(bytes);
  assert.deepEqual([state.dirty, state.primarySequence], [false, 7]);
  // Every read is the same however it is cut.
  const whole = Buffer.alloc(bytes.sizeBytes);
  await bytes.read(0, whole);
  for (const [offset, length] of [
    [0, 100],
    [4000, 700],
    [4095, 2],
    [511, 9000],
    [bytes.sizeBytes - 3, 3],
  ] as const) {
    const piece = Buffer.alloc(length);
    await bytes.read(offset, piece);
    assert.ok(piece.equals(whole.subarray(offset, offset + length)), `${offset}`);
  }
});

test('what is broken, does not follow, or belongs to a clean hive is not put in place', async () => {
  const flipped = Buffer.from(second);
  flipped[200]! ^= 1;
  assert.deepEqual(await replayed([writeHiveLog(before, 6, [first, flipped])]), [1, '80 keys, state 2']);
  const older = await replayed([writeHiveLog(before, 6, [first, second])], hive(1, [9, 8]));
  assert.deepEqual(older, [0, '40 keys, state 1'], 'all are in the hive already');
  const gap = [writeHiveLog(before, 6, [first]), writeHiveLog(before, 8, [writeLogEntry(middle, after, 8)])];
  assert.deepEqual(await replayed(gap), [1, '80 keys, state 2'], 'one between them is missing');
  const head = writeHiveLog(before, 6, [first]);
  head[8]! ^= 1;
  assert.deepEqual(await replayed([head]), [0, '40 keys, state 1'], 'a log whose own head is broken');
  assert.deepEqual(await replayed([writeHiveLog(before, 6, [first])], hive(1, [6, 6])), [0, '40 keys, state 1']);
  assert.deepEqual(await replayed([Buffer.alloc(0), Buffer.alloc(5000, 0xff)]), [0, '40 keys, state 1']);
});

test('a log of the old format is put in place where it is of the write that the hive lacks, and whole', async () => {
  const log = writeOldHiveLog(before, after, 9);
  assert.deepEqual(await replayed([log]), [1, '160 keys, state 4']);
  assert.deepEqual(await replayed([Buffer.alloc(2048), log]), [1, '160 keys, state 4'], 'the second of two');
  const { bytes } = await replayLogs(memoryBytes(before), [memoryBytes(log)]);
  assert.deepEqual([(await openHive(bytes)).state.dirty, (await openHive(bytes)).state.primarySequence], [false, 9]);
  const asItWas = [0, '40 keys, state 1'];
  assert.deepEqual(await replayed([log.subarray(0, -512)]), asItWas, 'cut off');
  const later = Buffer.from(before);
  later.writeUInt32LE(77, 12);
  assert.deepEqual(await replayed([writeOldHiveLog(later, after, 9)]), asItWas, 'of another write');
  const broken = Buffer.from(log);
  broken[100]! ^= 1;
  assert.deepEqual(await replayed([broken]), asItWas, 'its head is broken');
  assert.deepEqual(await replayed([log], hive(1, [6, 6])), asItWas, 'the hive lacks nothing');
});
