import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { initiator, LoginRefused, TargetUnproved } from '../../fixtures/initiator.ts';
import { connected, loginRequest, pairsOf, pduOf, pduReader, textOf } from '../../fixtures/iscsi-pdu.ts';
import { servedDisk, targetName } from '../../fixtures/published.ts';

const account = { user: 'host1', secret: 'a secret of 16 b' };
const refusedWith = (status: number) => (error: unknown) => error instanceof LoginRefused && error.status === status;

test('a discovery session is told the target and its address, and can send no command', async (context) => {
  const { port } = await servedDisk(context);
  const one = await initiator({ port, targetName, sessionType: 'Discovery' });
  const found = await one.text({ SendTargets: 'All' });
  assert.deepEqual(
    [...found],
    [
      ['TargetName', targetName],
      ['TargetAddress', `127.0.0.1:${port},1`],
    ],
  );
  await assert.rejects(one.command([0, 0, 0, 0, 0, 0]), /unexpected PDU 3f/);
  one.close();
});

test('another target name, another session type and an unknown initiator are refused, each with its status', async (context) => {
  const { port } = await servedDisk(context, { initiators: ['iqn.2026-01.test:known'] });
  await assert.rejects(initiator({ port, targetName: 'iqn.2026-01.test:other' }), refusedWith(0x0203));
  await assert.rejects(initiator({ port, targetName, initiatorName: 'iqn.2026-01.test:stranger' }), refusedWith(0x0202));
  const known = await initiator({ port, targetName, initiatorName: 'iqn.2026-01.TEST:known' });
  await known.logout();
});

test('CHAP lets in who knows the secret and nobody else', async (context) => {
  const { port } = await servedDisk(context, { chap: { initiator: account, target: null } });
  const one = await initiator({ port, targetName, chap: account });
  assert.equal((await one.command([0, 0, 0, 0, 0, 0])).sense, '6/29/0');
  one.close();
  await assert.rejects(initiator({ port, targetName }), refusedWith(0x0201));
  await assert.rejects(initiator({ port, targetName, chap: { ...account, secret: 'another of 16 by' } }), refusedWith(0x0201));
  await assert.rejects(initiator({ port, targetName, chap: { ...account, user: 'host2' } }), refusedWith(0x0201));
});

test('mutual CHAP proves the target too, and only by the secret that is its own', async (context) => {
  const theirs = { user: 'target', secret: 'another of 16 by' };
  const { port } = await servedDisk(context, { chap: { initiator: account, target: theirs } });
  const one = await initiator({ port, targetName, chap: account, mutual: theirs });
  assert.equal((await one.command([0, 0, 0, 0, 0, 0])).sense, '6/29/0');
  one.close();
  await assert.rejects(
    initiator({ port, targetName, chap: account, mutual: { ...theirs, secret: account.secret } }),
    TargetUnproved,
  );
  const plain = await servedDisk(context, { chap: { initiator: account, target: null } });
  await assert.rejects(initiator({ port: plain.port, targetName, chap: account, mutual: theirs }), refusedWith(0x0201));
});

/** Security by hand: every pair is sent in a request of its own. */
async function byHand(context: TestContext) {
  const accounts = { initiator: account, target: { user: 'target', secret: 'another of 16 by' } };
  const { port } = await servedDisk(context, { chap: accounts });
  const socket = await connected(port);
  const receive = pduReader(socket);
  const ask = async (header: Buffer, pairs: Readonly<Record<string, string>>) => {
    socket.write(pduOf(header, textOf(pairs), { header: false, data: false }));
    const { header: answer, data } = await receive();
    return { status: answer.readUInt16BE(36), pairs: pairsOf(data) };
  };
  return { socket, ask };
}

const names = { InitiatorName: 'iqn.a', TargetName: targetName, SessionType: 'Normal' };

test('who skips security is refused', async (context) => {
  const { socket, ask } = await byHand(context);
  assert.equal((await ask(loginRequest({ stage: 1, next: 3 }), names)).status, 0x0201);
  await once(socket, 'close');
});

test('who sends the challenge of the target back to it gets no answer to it, and is refused', async (context) => {
  const { socket, ask } = await byHand(context);
  const stay = { stage: 0, next: 1, transit: false };
  await ask(loginRequest(stay), { ...names, AuthMethod: 'CHAP' });
  const given = (await ask(loginRequest(stay), { CHAP_A: '5' })).pairs;
  const challenge = given.get('CHAP_C')!;
  const proof = createHash('md5')
    .update(Buffer.from([Number(given.get('CHAP_I'))]))
    .update(account.secret)
    .update(Buffer.from(challenge.slice(2), 'hex'))
    .digest('hex');
  const reflected = { CHAP_N: account.user, CHAP_R: `0x${proof}`, CHAP_I: given.get('CHAP_I')!, CHAP_C: challenge };
  const { status, pairs } = await ask(loginRequest({ stage: 0, next: 1 }), reflected);
  assert.equal(status, 0x0201, 'although it knew the secret');
  assert.deepEqual([...pairs], []);
  await once(socket, 'close');
});

test('values are negotiated to what both sides can, and unknown keys are answered', async (context) => {
  const { port } = await servedDisk(context);
  const keys = {
    MaxBurstLength: '16776192',
    FirstBurstLength: '1000',
    InitialR2T: 'Yes',
    MaxOutstandingR2T: '4',
    'X-com.example.thing': '1',
    MaxConnections: '8',
    ErrorRecoveryLevel: '2',
  };
  const one = await initiator({ port, targetName, keys });
  const answered = Object.fromEntries(one.loginKeys);
  assert.equal(answered['MaxBurstLength'], '1048576');
  assert.equal(answered['FirstBurstLength'], '1000');
  assert.equal(answered['InitialR2T'], 'Yes');
  assert.equal(answered['MaxOutstandingR2T'], '4');
  assert.equal(answered['MaxConnections'], '1');
  assert.equal(answered['ErrorRecoveryLevel'], '0');
  assert.equal(answered['X-com.example.thing'], 'NotUnderstood');
  assert.equal(answered['TargetPortalGroupTag'], '1');
  assert.equal(answered['MaxRecvDataSegmentLength'], '262144');
  one.close();
});

test('the same initiator port logging in again takes the place of its session; another port does not', async (context) => {
  const { port, target } = await servedDisk(context);
  const first = await initiator({ port, targetName });
  const other = await initiator({ port, targetName, isid: '400000000002' });
  assert.equal(target.sessions(), 2);
  const closed = once(first.socket, 'close');
  const again = await initiator({ port, targetName });
  await closed;
  assert.equal(target.sessions(), 2);
  assert.equal((await other.command([0, 0, 0, 0, 0, 0])).sense, '6/29/0');
  again.close();
  other.close();
});

test('IPv6 is served like IPv4', async (context) => {
  const { port, portal } = await servedDisk(context, { address: '::1' });
  const one = await initiator({ port, address: '::1', targetName, sessionType: 'Discovery' });
  const found = await one.text({ SendTargets: 'All' });
  assert.equal(found.get('TargetAddress'), `[::1]:${port},1`);
  assert.equal(portal, `[::1]:${port}`);
  one.close();
});

test('a login that is not finished in time is closed', async (context) => {
  const { port } = await servedDisk(context, { loginTimeoutMs: 50 });
  const socket = await connected(port);
  socket.write(loginRequest({ stage: 0, next: 1 }).subarray(0, 20));
  await once(socket, 'close');
});
