import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { hasCode, type ErrorCode } from '#contract';
import { sendMail } from '../../../main/service/notify/mail.ts';
import { temporaryFolder } from '../../fixtures/environment.ts';
import { needs, run } from '../../fixtures/tools.ts';

interface Received {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
  readonly secure: boolean;
  readonly user: string | undefined;
}

/** A real SMTP server with a certificate of its own, and the settings that reach it. */
async function mailServer(context: TestContext, options: SMTPServerOptions = {}) {
  const folder = await temporaryFolder(context);
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  run('openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', certificate, ...subject);
  const received: Received[] = [];
  const server = new SMTPServer({
    key: await readFile(key),
    cert: await readFile(certificate),
    onAuth: ({ username, password }, _session, done) =>
      password === 'app password' ? done(null, { user: username }) : done(new Error('wrong password')),
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        const text = Buffer.concat(parts).toString('utf8');
        received.push({ from, to: rcptTo.map((one) => one.address), text, secure: session.secure, user: session.user });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  context.after(() => new Promise<void>((resolve) => server.close(resolve)));
  const { port } = server.server.address() as AddressInfo;
  const settings = {
    host: 'localhost',
    port,
    security: options.secure === true ? ('tls' as const) : ('starttls' as const),
    user: 'shop',
    passwordFile: null,
    certificatesFile: certificate,
    from: 'hostkeep@shop.example',
    to: ['boss@shop.example', 'admin@shop.example'],
  };
  return { settings, received };
}

const notice = { subject: 'Hostkeep: Nightly: failed\r\nBcc: everybody@example.org', text: 'FS01: failed: the host\n.\nsays no' };
const rejected = (code: ErrorCode) => (error: unknown) => hasCode(error, code) || assert.fail(String(error));
const tools = { openssl: 'openssl' };

for (const secure of [false, true])
  test(`a mail goes out over ${secure ? 'TLS' : 'STARTTLS'} with login, whole, and a subject adds no header`, async (context) => {
    if (!needs(context, tools)) return;
    const { settings, received } = await mailServer(context, { secure });
    await sendMail(settings, 'app password', notice);
    assert.equal(received.length, 1);
    const [mail] = received;
    assert.deepEqual([mail!.from, mail!.to, mail!.secure, mail!.user], [settings.from, settings.to, true, 'shop']);
    assert.match(mail!.text, /^Subject: Hostkeep: Nightly: failed Bcc: everybody@example\.org/m);
    assert.doesNotMatch(mail!.text, /^Bcc:/m);
    assert.match(mail!.text, /says no/);
  });

test('a wrong password and a refused recipient are final; a server that is away, or one nobody trusts, is tried again', async (context) => {
  if (!needs(context, tools)) return;
  const { settings, received } = await mailServer(context, {
    onRcptTo: ({ address }, _session, done) =>
      address.startsWith('boss') ? done() : done(Object.assign(new Error('no such user'), { responseCode: 550 })),
  });
  await assert.rejects(sendMail(settings, 'wrong', notice), rejected('notify/mail-refused'));
  await assert.rejects(
    sendMail({ ...settings, to: ['nobody@shop.example'] }, 'app password', notice),
    rejected('notify/mail-refused'),
  );
  await assert.rejects(
    sendMail({ ...settings, certificatesFile: null }, 'app password', notice),
    rejected('notify/mail-unreachable'),
  );
  await assert.rejects(sendMail({ ...settings, port: 1 }, 'app password', notice), rejected('notify/mail-unreachable'));
  assert.deepEqual(received, [], 'no password and no mail went to a server that was not trusted');
});

test('where STARTTLS is wanted and not offered, nothing is sent', async (context) => {
  if (!needs(context, tools)) return;
  const { settings, received } = await mailServer(context, {
    hideSTARTTLS: true,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
  });
  await assert.rejects(sendMail(settings, 'app password', notice), rejected('notify/mail-refused'));
  assert.deepEqual(received, []);
});

test('a file of certificates that is not there is told as what keeps the mail from going', async () => {
  const settings = {
    host: '127.0.0.1',
    port: 9,
    security: 'tls',
    user: null,
    passwordFile: null,
    from: 'a@b.c',
    to: ['d@e.f'],
  } as const;
  const sent = sendMail({ ...settings, to: ['d@e.f'], certificatesFile: '/nowhere/ca.pem' }, undefined, {
    subject: 's',
    text: 't',
  });
  await assert.rejects(sent, (error) => hasCode(error, 'notify/mail-unreachable'));
});
