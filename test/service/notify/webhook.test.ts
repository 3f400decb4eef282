import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import { hasCode, type ErrorCode } from '#contract';
import { deliverNotices, everywhere, openHome, putOut, writeNotifySettings } from '#service';
import { postWebhook } from '../../../main/service/notify/webhook.ts';
import { temporaryFolder } from '../../fixtures/environment.ts';

interface Request {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

async function webServer(context: TestContext, answer: (response: ServerResponse, ordinal: number) => void) {
  const requests: Request[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      requests.push({ headers: request.headers, body: Buffer.concat(parts).toString('utf8') });
      answer(response, requests.length);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { requests, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
}

const posting = { key: 'k', delivery: '7', at: Date.UTC(2026, 2, 1), body: '{"event":"test"}' };
const rejected = (code: ErrorCode) => (error: unknown) => hasCode(error, code) || assert.fail(String(error));

test('a webhook gets the notice once, with a signature that its key proves', async (context) => {
  const { url, requests } = await webServer(context, (response) => response.writeHead(204).end());
  await postWebhook({ url, ...posting });
  const [{ headers, body }] = requests as [Request];
  const [, seconds, given] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['x-hostkeep-signature']))!;
  assert.equal(Number(seconds) * 1000, posting.at);
  assert.equal(given, createHmac('sha256', 'k').update(`${seconds}.${body}`).digest('hex'));
  assert.equal(body, posting.body);
});

test('a server that fails, stalls, hangs up, redirects or floods is told apart, and never waited for long', async (context) => {
  const elsewhere = await webServer(context, (response) => response.end());
  const answers: Readonly<Record<string, [(response: ServerResponse) => void, ErrorCode | undefined]>> = {
    '500': [(response) => response.writeHead(500).end('oops'), 'notify/webhook-unreachable'],
    '429': [(response) => response.writeHead(429).end(), 'notify/webhook-unreachable'],
    '404': [(response) => response.writeHead(404).end(), 'notify/webhook-refused'],
    redirect: [(response) => response.writeHead(307, { location: elsewhere.url }).end(), 'notify/webhook-refused'],
    stall: [() => undefined, 'notify/webhook-unreachable'],
    'hang up': [(response) => response.destroy(), 'notify/webhook-unreachable'],
    nonsense: [(response) => response.socket?.end('HTTP/9.9 yes\r\n\r\n'), 'notify/webhook-unreachable'],
    'a lie about its length': [(response) => response.writeHead(200, { 'content-length': '999999999' }).write('x'), undefined],
    'an endless answer': [
      (response) => {
        const more = (): void => void (response.writableEnded || response.destroyed || response.write('x'.repeat(65_536), more));
        response.writeHead(200);
        more();
      },
      undefined,
    ],
  };
  for (const [name, [answer, code]] of Object.entries(answers)) {
    const { url } = await webServer(context, answer);
    const posted = postWebhook({ url, ...posting, timeoutMs: name === 'stall' ? 300 : 20_000 });
    if (code === undefined) await posted;
    else await assert.rejects(posted, rejected(code), name);
  }
  assert.deepEqual(elsewhere.requests, [], 'a redirect is not followed');
});

test('the outbox keeps a notice until it is delivered, tries again later, and gives up what is refused', async (context) => {
  let status = 503;
  const { url, requests } = await webServer(context, (response) => response.writeHead(status).end());
  const folder = await temporaryFolder(context);
  await writeFile(join(folder, 'key'), 'secret key\n');
  const home = openHome(join(folder, 'home'));
  context.after(() => home.close());
  writeNotifySettings(home.state, { webhooks: [{ name: 'chat', url, keyFile: join(folder, 'key') }] });
  let now = Date.UTC(2026, 2, 1);
  const deliver = () => deliverNotices({ home, now: () => now });
  putOut(home, { level: 'information', subject: 's', text: 't', data: { event: 'test' } }, everywhere, now);
  const { postponed, ...first } = await deliver();
  assert.deepEqual(first, { delivered: 0, waiting: 1, failed: [] });
  assert.match(postponed[0]?.why ?? '', /could not be reached/);
  assert.deepEqual(await deliver(), { delivered: 0, waiting: 1, postponed: [], failed: [] }, 'not at once again');
  assert.equal(requests.length, 1);
  now += 61_000;
  status = 200;
  assert.deepEqual(await deliver(), { delivered: 1, waiting: 0, postponed: [], failed: [] });
  assert.equal(requests[0]!.headers['x-hostkeep-delivery'], requests[1]!.headers['x-hostkeep-delivery']);
  assert.deepEqual(await deliver(), { delivered: 0, waiting: 0, postponed: [], failed: [] }, 'and never twice');
  status = 410;
  putOut(home, { level: 'information', subject: 's', text: 't', data: {} }, everywhere, now);
  const refused = await deliver();
  assert.deepEqual([refused.waiting, refused.failed[0]?.target], [0, 'chat']);
  status = 503;
  putOut(home, { level: 'information', subject: 's', text: 't', data: {} }, everywhere, now);
  for (let hour = 0; hour < 26; hour += 1) {
    await deliver();
    now += 3_600_000;
  }
  assert.equal((await deliver()).waiting, 0, 'after a day it is given up');
  assert.ok(!JSON.stringify(home.state.prepare('SELECT * FROM settings').all()).includes('secret key'));
});

test('a notice that waits for a time to which the clock had run ahead is delivered once it is right', async (context) => {
  let status = 503;
  const { url, requests } = await webServer(context, (response) => response.writeHead(status).end());
  const folder = await temporaryFolder(context);
  await writeFile(join(folder, 'key'), 'secret key\n');
  const home = openHome(join(folder, 'home'));
  context.after(() => home.close());
  writeNotifySettings(home.state, { webhooks: [{ name: 'chat', url, keyFile: join(folder, 'key') }] });
  const right = Date.UTC(2026, 2, 1);
  let now = right + 20 * 86_400_000;
  const deliver = () => deliverNotices({ home, now: () => now });
  putOut(home, { level: 'information', subject: 's', text: 't', data: {} }, everywhere, now);
  assert.equal((await deliver()).waiting, 1);
  now = right;
  status = 200;
  assert.equal((await deliver()).delivered, 1);
  assert.equal(requests.length, 2);
});

test('two processes that wake at once deliver a notice once', async (context) => {
  const waiting: (() => void)[] = [];
  const { url, requests } = await webServer(context, (response) => void waiting.push(() => response.writeHead(204).end()));
  const folder = await temporaryFolder(context);
  await writeFile(join(folder, 'key'), 'secret key\n');
  const path = join(folder, 'home');
  const homes = [openHome(path), openHome(path)] as const;
  context.after(() => homes.forEach((home) => home.close()));
  writeNotifySettings(homes[0].state, { webhooks: [{ name: 'chat', url, keyFile: join(folder, 'key') }] });
  const now = (): number => Date.UTC(2026, 2, 1);
  putOut(homes[0], { level: 'information', subject: 's', text: 't', data: {} }, everywhere, now());
  const first = deliverNotices({ home: homes[0], now });
  // Answered only once the other has looked, and found it held.
  const second = await deliverNotices({ home: homes[1], now });
  while (waiting.length === 0) await new Promise(setImmediate);
  waiting.forEach((answer) => answer());
  assert.equal((await first).delivered, 1);
  assert.equal(second.delivered, 0);
  assert.equal(requests.length, 1);
});

test('a server that is away is tried once, and not for every notice that waits for it', async (context) => {
  const { url, requests } = await webServer(context, (response) => response.writeHead(503).end());
  const folder = await temporaryFolder(context);
  await writeFile(join(folder, 'key'), 'secret key\n');
  const home = openHome(join(folder, 'home'));
  context.after(() => home.close());
  writeNotifySettings(home.state, { webhooks: [{ name: 'chat', url, keyFile: join(folder, 'key') }] });
  const now = Date.UTC(2026, 2, 1);
  for (let count = 0; count < 5; count += 1)
    putOut(home, { level: 'information', subject: 's', text: 't', data: {} }, everywhere, now);
  const { waiting, postponed } = await deliverNotices({ home, now: () => now });
  assert.deepEqual([waiting, postponed.length, requests.length], [5, 1, 1]);
  await deliverNotices({ home, now: () => now });
  assert.equal(requests.length, 2, 'the next look tries the next one');
});

test('a key that is in no file says where it was looked for', async (context) => {
  const home = openHome(join(await temporaryFolder(context), 'home'));
  context.after(() => home.close());
  writeNotifySettings(home.state, { webhooks: [{ name: 'chat', url: 'http://127.0.0.1:9/', keyFile: '/nowhere/key' }] });
  const now = Date.UTC(2026, 2, 1);
  putOut(home, { level: 'information', subject: 's', text: 't', data: {} }, everywhere, now);
  const { postponed } = await deliverNotices({ home, now: () => now });
  assert.match(postponed[0]?.why ?? '', /^The password or key for notices/);
});
