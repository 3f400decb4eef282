import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { hasCode } from '#contract';
import { bind, socketServer } from '../../main/engine/socket-server.ts';

const anyPort = { address: '127.0.0.1', port: 0 };

/** A server that is asked for by one client; the sockets of both ends. */
async function pair(context: TestContext, options: { readonly stalledMs?: number } = {}) {
  const accepted = Promise.withResolvers<Socket>();
  const { server, sockets, stop } = socketServer({ mostConnections: 4, ...options }, accepted.resolve);
  await bind(server, anyPort, (error) => assert.fail(String(error)));
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.on('error', () => undefined);
  const served = await accepted.promise;
  context.after(async () => {
    client.destroy();
    served.destroy();
    await stop();
  });
  return { client, served, sockets };
}

/** The timer that the system keeps for a connection, and when it fires, in seconds (proc_net_tcp.txt, `tr` and `tm->when`). */
async function timerOf({ localPort, remotePort }: Socket): Promise<readonly [kind: string, seconds: number]> {
  const port = (number = 0): string => number.toString(16).toUpperCase().padStart(4, '0');
  const lines = (await readFile('/proc/net/tcp', 'latin1')).split('\n').map((line) => line.trim().split(/\s+/));
  const line = lines.find(
    ([, local = '', remote = '']) => local.endsWith(`:${port(localPort)}`) && remote.endsWith(`:${port(remotePort)}`),
  );
  const [kind = '', when = ''] = (line?.[5] ?? '').split(':');
  return [kind, Number.parseInt(when, 16) / 100];
}

test('whoever says nothing is asked by the system after half a minute, not after two hours', async (context) => {
  if (process.platform !== 'linux') return context.skip('the timer is read from /proc');
  const { served } = await pair(context);
  const [kind, seconds] = await timerOf(served);
  assert.equal(kind, '02', 'keepalive');
  assert.ok(seconds > 0 && seconds <= 31, `${seconds} s`);
});

test('a client that takes nothing of what waits for it is gone after a while, and one that merely says nothing is not', async (context) => {
  const idle = await pair(context, { stalledMs: 20 });
  const { client, served, sockets } = await pair(context, { stalledMs: 20 });
  client.pause();
  served.write(Buffer.alloc(64 * 1024 * 1024));
  await once(served, 'close');
  assert.equal(sockets.size, 0);
  const timedOut = once(idle.served, 'timeout');
  idle.served.setTimeout(20);
  await timedOut;
  assert.equal(idle.served.destroyed, false);
});

test('a place that is taken is told by its code', async (context) => {
  const first = socketServer({ mostConnections: 1 }, () => undefined);
  await bind(first.server, anyPort, () => undefined);
  context.after(() => first.stop());
  const { port } = first.server.address() as AddressInfo;
  const second = socketServer({ mostConnections: 1 }, () => undefined);
  await assert.rejects(
    bind(second.server, { ...anyPort, port }, () => undefined),
    (error) => hasCode(error, 'publish/address-taken') && error.details['port'] === port,
  );
});
