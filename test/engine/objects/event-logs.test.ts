import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { HostkeepError } from '#contract';
import { isEventLog, openEventLog, xmlText, type LogEvent } from '#engine/objects';
import { temporaryFolder } from '../../fixtures/environment.ts';
import {
  firstWritten,
  plainEventLog,
  sealChunkHeader,
  simpleEvent,
  ticksOf,
  writeEventLog,
  type ElementToWrite,
  type ValueToWrite,
} from '../../fixtures/evtx-writer.ts';
import { needs, run } from '../../fixtures/tools.ts';
import { memoryBytes } from './memory-bytes.ts';

interface Listed {
  readonly events: readonly LogEvent[];
  readonly damage: readonly HostkeepError[];
}

async function list(bytes: Buffer, newestFirst = false): Promise<Listed> {
  const events: LogEvent[] = [];
  const damage: HostkeepError[] = [];
  const onDamage = (error: unknown): void => {
    assert.ok(error instanceof HostkeepError, String(error));
    damage.push(error);
  };
  const log = await openEventLog(memoryBytes(bytes));
  for await (const event of log.events({ newestFirst, onDamage })) events.push(event);
  return { events, damage };
}

const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
const bytesOf = (bytes: number, write: (target: Buffer) => void): Buffer => {
  const target = Buffer.alloc(bytes);
  write(target);
  return target;
};

/** A value of each type, with what Windows shows for it. */
const everyType: readonly (readonly [string, ValueToWrite, string])[] = [
  ['string', { type: 1, data: utf16('Größe <1> & "mehr"') }, 'Größe <1> & "mehr"'],
  ['ansi', { type: 2, data: Buffer.from([0x4d, 0xfc, 0x6c, 0x6c]) }, 'Müll'],
  ['int8', { type: 3, data: Buffer.from([0xfe]) }, '-2'],
  ['uint8', { type: 4, data: Buffer.from([0xfe]) }, '254'],
  ['int16', { type: 5, data: bytesOf(2, (to) => to.writeInt16LE(-300)) }, '-300'],
  ['uint16', { type: 6, data: bytesOf(2, (to) => to.writeUInt16LE(65_000)) }, '65000'],
  ['int32', { type: 7, data: bytesOf(4, (to) => to.writeInt32LE(-70_000)) }, '-70000'],
  ['uint32', { type: 8, data: bytesOf(4, (to) => to.writeUInt32LE(4_000_000_000)) }, '4000000000'],
  ['int64', { type: 9, data: bytesOf(8, (to) => to.writeBigInt64LE(-(2n ** 60n))) }, '-1152921504606846976'],
  ['uint64', { type: 10, data: bytesOf(8, (to) => to.writeBigUInt64LE(2n ** 63n)) }, '9223372036854775808'],
  ['real32', { type: 11, data: bytesOf(4, (to) => to.writeFloatLE(1.5)) }, '1.5'],
  ['real64', { type: 12, data: bytesOf(8, (to) => to.writeDoubleLE(-0.25)) }, '-0.25'],
  ['bool', { type: 13, data: bytesOf(4, (to) => to.writeUInt32LE(1)) }, 'true'],
  ['binary', { type: 14, data: Buffer.from([0, 0xab, 0x7f]) }, '00AB7F'],
  ['guid', { type: 15, data: Buffer.from('2596845478549449a5ba3e3b0328c30d', 'hex') }, '{54849625-5478-4994-a5ba-3e3b0328c30d}'],
  [
    'file time',
    { type: 17, data: bytesOf(8, (to) => to.writeBigUInt64LE(ticksOf(firstWritten) + 7n)) },
    '2026-11-01T12:00:00.0000007Z',
  ],
  [
    'system time',
    {
      type: 18,
      data: bytesOf(16, (to) => [2026, 11, 1, 30, 16, 45, 1, 250].forEach((part, at) => to.writeUInt16LE(part, at * 2))),
    },
    '2026-11-30T16:45:01.250Z',
  ],
  ['sid', { type: 19, data: Buffer.from('01020000000000052000000020020000', 'hex') }, 'S-1-5-32-544'],
  ['hex 32', { type: 20, data: bytesOf(4, (to) => to.writeUInt32LE(0x3e7)) }, '0x3e7'],
  ['hex 64', { type: 21, data: bytesOf(8, (to) => to.writeBigUInt64LE(0x8020000000000000n)) }, '0x8020000000000000'],
];

/** One element a value, by its name. */
function valuesTemplate(values: readonly ValueToWrite[]): ElementToWrite {
  return {
    name: 'Event',
    content: [
      {
        name: 'EventData',
        content: values.map(({ type }, place) => ({
          name: 'Data',
          attributes: [['Name', `value ${place}`]],
          content: [{ place, type }],
        })),
      },
    ],
  };
}

async function dataOf(values: readonly ValueToWrite[]): Promise<readonly string[]> {
  const { events, damage } = await list(writeEventLog([{ template: valuesTemplate(values), values }]));
  assert.deepEqual(damage, []);
  return events[0]!.data.map(({ text }) => text);
}

test('a value of every type is given as Windows shows it', async () => {
  const texts = await dataOf(everyType.map(([, value]) => value));
  for (const [at, [name, , expected]] of everyType.entries()) assert.equal(texts[at], expected, name);
});

test('an array gives an element for each of its values, an empty one an empty element', async () => {
  const numbers = bytesOf(12, (to) => [1, 2, 3].forEach((value, at) => to.writeUInt32LE(value, at * 4)));
  const sid = Buffer.from('010100000000000512000000', 'hex');
  assert.deepEqual(await dataOf([{ type: 0x81, data: utf16('one\0\0three\0') }]), ['one', '', 'three']);
  assert.deepEqual(await dataOf([{ type: 0x88, data: numbers }]), ['1', '2', '3']);
  assert.deepEqual(await dataOf([{ type: 0x93, data: Buffer.concat([sid, sid]) }]), ['S-1-5-18', 'S-1-5-18']);
  assert.deepEqual(await dataOf([{ type: 0x81, data: Buffer.alloc(0) }]), ['']);
});

test('an element whose optional value is not there is left out; text, entities, characters and CDATA are put together', async () => {
  const template: ElementToWrite = {
    name: 'Event',
    attributes: [
      ['kept', 'yes'],
      ['gone', { place: 0, type: 1 }],
    ],
    content: [
      { name: 'EventData', content: [{ name: 'Data', content: ['a ', { entity: 'lt' }, { char: 0xe4 }, { cdata: ' <&>' }] }] },
      { name: 'Gone', content: [{ place: 0, type: 1 }] },
      { name: 'Stays', content: [{ place: 0, type: 1, optional: false }] },
    ],
  };
  const { events, damage } = await list(writeEventLog([{ template, values: [{ type: 0, data: Buffer.alloc(0) }] }]));
  assert.deepEqual(damage, []);
  assert.equal(
    xmlText(events[0]!.xml),
    '<Event kept="yes"><EventData><Data>a &lt;ä &lt;&amp;&gt;</Data></EventData><Stays/></Event>',
  );
});

test('events come in the order of their numbers, also where the log began again at its start', async () => {
  const bytes = plainEventLog(100, { turned: 3, dirty: true });
  const log = await openEventLog(memoryBytes(bytes));
  assert.deepEqual(log.state, { dirty: true, full: false, version: '3.1', headerSound: true, chunks: 5, nextRecord: '101' });
  const oldest = await list(bytes);
  assert.deepEqual(oldest.damage, []);
  assert.deepEqual(
    oldest.events.map(({ record }) => Number(record)),
    Array.from({ length: 100 }, (_, at) => at + 1),
  );
  assert.deepEqual(
    (await list(bytes, true)).events.map(({ record }) => record),
    oldest.events.map(({ record }) => record).toReversed(),
  );
  const [first] = oldest.events;
  assert.equal(first!.time, firstWritten + 1000);
  assert.deepEqual(
    [first!.provider, first!.id, first!.level, first!.channel, first!.computer, first!.user],
    ['Service Control Manager', 7036, 2, 'System', 'APP01', 'S-1-5-18'],
  );
  assert.deepEqual(first!.data, [
    { name: 'param1', text: 'Dienst "Größe" <0> & läuft' },
    { name: 'param2', text: '3' },
  ]);
});

test('a damaged chunk, record or header costs what it holds and is told; what comes of such a chunk is doubtful', async () => {
  const sound = plainEventLog(40);
  const chunk = (bytes: Buffer, index: number): Buffer => bytes.subarray(4096 + index * 65_536, 4096 + (index + 1) * 65_536);
  const flipped = Buffer.from(sound);
  chunk(flipped, 1)[5000]! ^= 0x40;
  const one = await list(flipped);
  assert.ok(one.damage.length >= 1);
  assert.ok(one.events.slice(0, 20).every(({ doubtful }) => !doubtful));
  assert.ok(one.events.slice(20).every(({ doubtful }) => doubtful));

  const cut = Buffer.from(sound);
  // The first record's size, with every checksum made right again.
  chunk(cut, 0).writeUInt32LE(0x7fffffff, 512 + 4);
  const two = await list(cut);
  assert.equal(two.events.length, 20, 'the other chunk');
  assert.ok(two.damage.every(({ code }) => code === 'format/evtx-corrupt'));

  const gone = Buffer.from(sound);
  chunk(gone, 0).write('ElfXxxx\0', 0, 'latin1');
  assert.deepEqual([(await list(gone)).events.length, (await list(gone)).damage.length], [20, 1]);

  const head = Buffer.from(sound);
  head[24]! ^= 1;
  const four = await list(head);
  assert.deepEqual([four.events.length, four.damage.length], [40, 1]);

  await assert.rejects(openEventLog(memoryBytes(Buffer.alloc(8192))), { code: 'format/evtx-corrupt' });
  assert.equal(await isEventLog(memoryBytes(Buffer.alloc(100))), false);
});

test('a template that stands for ever more of itself ends in a code, soon', async () => {
  const bytes = plainEventLog(1);
  // The nested value's fragment names the outer template, which has a place for it again.
  const chunk = bytes.subarray(4096);
  const outer = chunk.readUInt32LE(512 + 24 + 4 + 6);
  const inner = chunk.indexOf(Buffer.from([0x0f, 1, 1, 0, 0x0c, 1]), 512 + 24 + 4);
  chunk.writeUInt32LE(outer, inner + 6);
  sealChunkHeader(chunk);
  const started = process.cpuUsage().user;
  const { damage } = await list(bytes);
  assert.ok(damage.some(({ code }) => code === 'format/evtx-corrupt'));
  assert.ok(process.cpuUsage().user - started < 5_000_000);
});

test('libevtx reads the logs of our writer, and says of each event what we say', async (context) => {
  if (!needs(context, { evtxexport: 'libevtx-utils' })) return;
  const folder = await temporaryFolder(context);
  const path = join(folder, 'System.evtx');
  // libevtx 20181227 shows numbers below zero wrong, and some types in a spelling of its own.
  const others = /^(int|ansi|system time|real)/;
  const values = everyType.filter(([name]) => !others.test(name)).map(([, value]) => value);
  const events = [
    ...Array.from({ length: 30 }, (_, at) =>
      simpleEvent({ record: at + 1, provider: 'Disk', id: 7, level: 2, says: `läuft & "${at}"` }),
    ),
    { template: valuesTemplate(values), values },
  ];
  const bytes = writeEventLog(events);
  await writeFile(path, bytes);
  const theirs = elementsOf(run('evtxexport', '-f', 'xml', path));
  const ours = elementsOf((await list(bytes)).events.map(({ xml }) => xmlText(xml)).join('\n'));
  assert.equal(ours.filter((part) => part === '<Event').length, 31);
  assert.deepEqual(ours, theirs);
});

/** Tags, attributes and texts of an XML text, in order, in one spelling of numbers and ids. */
function elementsOf(text: string): readonly string[] {
  const start = text.indexOf('<Event');
  return [...text.slice(start).matchAll(/<\/?[\w:]+|[\w:]+="[^"]*"|\/?>([^<]*)/g)]
    .map(([whole, content]) => (content === undefined ? whole : content.trim()))
    .filter((part) => part !== '' && !part.startsWith('</'))
    .map((part) =>
      part
        .replaceAll(/\{[\dA-F-]{36}\}/gi, (id) => id.toLowerCase())
        .replaceAll(/0x0+([\da-f])/g, '0x$1')
        .replaceAll(/(T\d\d:\d\d:\d\d\.\d+?)0*Z/g, '$1Z')
        .replaceAll('&quot;', '"')
        .replaceAll('&apos;', "'"),
    );
}
