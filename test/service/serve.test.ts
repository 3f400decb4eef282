import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { testConsole } from './console-fixture.ts';

interface Raw {
  readonly path?: string;
  readonly method?: string;
  readonly headers: Readonly<Record<string, string>>;
}

test('without the token, or from another host, origin or site, every call is refused alike', async (context) => {
  const { served, token } = await testConsole(context);
  const port = Number(new URL(served.origin).port);
  const send = (raw: Raw): Promise<{ readonly status: number; readonly body: string }> =>
    new Promise((resolve, reject) => {
      const sent = request(
        { port, host: '127.0.0.1', method: raw.method ?? 'POST', path: raw.path ?? '/api/session', headers: raw.headers },
        (response) => {
          let body = '';
          response.setEncoding('utf8').on('data', (text: string) => (body += text));
          response.on('end', () => resolve({ status: response.statusCode!, body }));
        },
      );
      sent.on('error', reject);
      sent.end(raw.method === 'GET' ? '' : '{}');
    });
  const good = { authorization: `Bearer ${token}`, origin: served.origin, 'content-type': 'application/json' };
  assert.equal((await send({ headers: good })).status, 200);
  const { authorization: _token, ...tokenless } = good;
  const { origin: _origin, ...originless } = good;
  const refused: Record<string, Raw> = {
    'no token': { headers: tokenless },
    'an empty token': { headers: { ...good, authorization: 'Bearer ' } },
    'a token with its last character changed': { headers: { ...good, authorization: `Bearer ${token.slice(0, -1)}!` } },
    'a token that goes on': { headers: { ...good, authorization: `Bearer ${token}x` } },
    'no origin': { headers: originless },
    'another origin': { headers: { ...good, origin: 'http://evil.example' } },
    'the same address on another port': { headers: { ...good, origin: 'http://127.0.0.1:1' } },
    'an opaque origin': { headers: { ...good, origin: 'null' } },
    'a page of another site': { headers: { ...good, 'sec-fetch-site': 'cross-site' } },
    'a name that was made to point here': { headers: { ...good, host: `evil.example:${port}` } },
    'localhost by name': { headers: { ...good, host: `localhost:${port}` } },
    'an absolute address of elsewhere': { path: 'http://evil.example/api/session', headers: good },
  };
  const answers = new Set<string>();
  for (const [what, raw] of Object.entries(refused)) {
    const { status, body } = await send(raw);
    assert.equal(status, 403, what);
    answers.add(body);
  }
  assert.equal(answers.size, 1, 'a refusal does not tell what was wrong');
  assert.equal((await send({ method: 'GET', headers: good })).status, 405);
  assert.equal((await send({ path: '/', method: 'GET', headers: { host: 'evil.example' } })).status, 403, 'pages too');
});

test('pages carry a strict policy, a fresh nonce each, and nothing outside the renderer is served', async (context) => {
  const { served } = await testConsole(context);
  const nonces = new Set<string>();
  for (let turn = 0; turn < 3; turn += 1) {
    const page = await fetch(`${served.origin}/`);
    const policy = page.headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self' 'nonce-([^']+)'/);
    assert.doesNotMatch(policy, /unsafe/);
    const nonce = /nonce-([^']+)'/.exec(policy)![1]!;
    assert.ok((await page.text()).includes(`content="${nonce}"`));
    nonces.add(nonce);
  }
  assert.equal(nonces.size, 3);
  for (const path of [
    '/../package.json',
    '/%2e%2e/package.json',
    '/..%5cpackage.json',
    '/assets/../../home/state.db',
    '/home/state.db',
    '/index.html%00.js',
  ]) {
    const { status } = await fetch(`${served.origin}${path}`);
    assert.equal(status, 404, path);
  }
});
