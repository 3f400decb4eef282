import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode, type HostkeepError } from '#contract';
import { startPowerShell } from '#host';
import { ask, fakeEngine } from './fake-engine.ts';

const skip = process.platform === 'win32' ? 'programs with a #! line do not start on Windows' : false;
const password = 'pa$$"w`ord \u{1F512}';
const credential = { user: 'HV01\\admin', password };

test('a password travels on stdin and nowhere else', { skip }, async (context) => {
  const connection = { address: 'hv01', useSsl: true, port: 5986, credential };
  const { shell, started, warnings } = await fakeEngine(
    context,
    { onRequest: `say(JSON.stringify({ id: request.id, unconnected: { number: 5, message: 'no' } }))` },
    { connection },
  );
  await assert.rejects(ask(shell), (error) => {
    assert.ok(hasCode(error, 'host/connection-denied'));
    assert.ok(!JSON.stringify([error.message, error.details, String(error.cause)]).includes('pa$$'));
    return true;
  });
  const { argv, lines } = await started();
  assert.ok(!argv.join(' ').includes('pa$$'));
  assert.equal((JSON.parse(lines[0]!) as { connection: { password: string } }).connection.password, password);
  assert.ok(lines.slice(1).every((line) => !line.includes('pa$$')));
  assert.deepEqual(warnings, []);
});

test('lines may end in CRLF, begin with a byte order mark, and come in any pieces', { skip }, async (context) => {
  const { shell } = await fakeEngine(context, {
    onStart: `process.stdout.write('\\uFEFF{"ready":"5.1"}\\r\\n')`,
    onRequest: `
      const text = Buffer.from(JSON.stringify({ id: request.id, result: { value: 'Pr\\u00fcfung \\u{1F600}' } }) + '\\r\\n');
      let at = 0;
      const next = () => { if (at < text.length) process.stdout.write(text.subarray(at, ++at), () => setImmediate(next)); };
      next()`,
  });
  assert.deepEqual(await ask(shell), { value: 'Pr\u00fcfung \u{1F600}' });
  assert.equal(shell.version, '5.1');
});

test('what is printed past the protocol is logged and does no harm', { skip }, async (context) => {
  const { shell, warnings } = await fakeEngine(context, {
    onRequest: `
      say('WARNING: something'); say('{"id":1,"resu'); say('[1]'); say('7'); say('null'); say('{"id":999,"result":{"value":"not ours"}}');
      say(JSON.stringify({ id: request.id, result: { value: 'ours' } }))`,
  });
  assert.deepEqual(await ask(shell), { value: 'ours' });
  assert.match(warnings.join('\n'), /something/);
});

test('an answer of 30 million characters arrives whole', { skip }, async (context) => {
  const { shell } = await fakeEngine(context, {
    onRequest: `say(JSON.stringify({ id: request.id, result: { value: 'x'.repeat(30e6) } }))`,
  });
  assert.equal(((await ask(shell)) as { value: string }).value.length, 30e6);
});

test('a line without end ends the process instead of filling memory', { skip }, async (context) => {
  const { shell } = await fakeEngine(context, {
    onRequest: `const more = () => process.stdout.write('x'.repeat(1 << 20), more); more()`,
  });
  await assert.rejects(ask(shell), (error) => hasCode(error, 'host/unreachable'));
});

test('requests go one at a time, in their order', { skip }, async (context) => {
  const { shell } = await fakeEngine(context, {
    onRequest: `
      globalThis.busy = (globalThis.busy ?? 0) + 1;
      const seen = globalThis.busy;
      setTimeout(() => { globalThis.busy -= 1; say(JSON.stringify({ id: request.id, result: { value: request.operation, seen } })); }, 20)`,
  });
  const answers = (await Promise.all(['a', 'b', 'c'].map((name) => ask(shell, name)))) as { value: string; seen: number }[];
  assert.deepEqual(
    answers,
    ['a', 'b', 'c'].map((value) => ({ value, seen: 1 })),
  );
  assert.equal(shell.roundTrips, 3);
});

test('a request that was cancelled before its turn is never sent', { skip }, async (context) => {
  const { shell, started } = await fakeEngine(context, {});
  const gone = AbortSignal.abort();
  await assert.rejects(ask(shell, 'never', { signal: gone }), (error) => hasCode(error, 'input/cancelled'));
  await ask(shell, 'next');
  assert.ok((await started()).lines.every((line) => !line.includes('never')));
});

test(
  'an operation that never answers is cancelled at its time-out, then its process is ended, and the next one works',
  { skip },
  async (context) => {
    // Long enough for a slow machine to read the cancel.
    const grace = { stopGraceMs: 2000 };
    const { shell, started } = await fakeEngine(
      context,
      {
        onRequest: `if (request.operation !== 'hang') say(JSON.stringify({ id: request.id, result: { value: 1 } }))`,
      },
      grace,
    );
    await assert.rejects(ask(shell, 'hang', { timeoutMs: 50 }), (error) => hasCode(error, 'host/timeout'));
    assert.ok(
      (await started()).lines.some((line) => 'cancel' in (JSON.parse(line) as object)),
      'it was asked to stop first',
    );
    assert.deepEqual(await ask(shell, 'fine'), { value: 1 });
    assert.equal((await started()).argv.filter((one) => one === '-NonInteractive').length, 2, 'a second process');
  },
);

test('an operation that stops when it is asked to keeps its process', { skip }, async (context) => {
  const { shell, started } = await fakeEngine(
    context,
    {
      onRequest: `
        if (request.operation === 'fine') say(JSON.stringify({ id: request.id, result: { value: 1 } }));
        else {
          process.stdin.once('data', () => say(JSON.stringify({ id: request.id, cancelled: true })));
          say(JSON.stringify({ id: request.id, event: 'waits' }));
        }`,
    },
    { stopGraceMs: 60_000 },
  );
  const controller = new AbortController();
  const running = ask(shell, 'long', { signal: controller.signal });
  // While the engine starts: nothing has been sent yet, and nothing will be.
  setImmediate(() => controller.abort());
  await assert.rejects(running, (error) => hasCode(error, 'input/cancelled'));
  await ask(shell, 'fine');
  const second = new AbortController();
  const stopped = ask(shell, 'long', { signal: second.signal, onEvent: () => second.abort() });
  await assert.rejects(stopped, (error) => hasCode(error, 'input/cancelled'));
  assert.deepEqual(await ask(shell, 'fine'), { value: 1 });
  assert.equal((await started()).argv.filter((one) => one === '-NonInteractive').length, 1);
});

test('a process that dies is told with what it said last, and the next request starts another', { skip }, async (context) => {
  const { shell } = await fakeEngine(context, {
    onRequest: `
      if (request.operation === 'die') { process.stderr.write('Out of memory.', () => process.exit(3)); return; }
      say(JSON.stringify({ id: request.id, result: { value: 1 } }))`,
  });
  await assert.rejects(ask(shell, 'die'), (error) => {
    assert.ok(hasCode(error, 'host/unreachable'));
    const cause = error.cause as HostkeepError;
    assert.deepEqual([cause.details['exitCode'], cause.details['stderr']], [3, 'Out of memory.']);
    return true;
  });
  assert.deepEqual(await ask(shell, 'fine'), { value: 1 });
});

test('an engine that never says that it is ready is given up', { skip }, async (context) => {
  const { shell } = await fakeEngine(context, { onStart: '' }, { startTimeoutMs: 100 });
  await assert.rejects(ask(shell), (error) => hasCode(error, 'host/timeout'));
});

test('an engine that is not there is told as that', async () => {
  const shell = startPowerShell({ executable: '/nowhere/powershell.exe', connection: null });
  await assert.rejects(ask(shell), (error) => hasCode(error, 'host/powershell-missing'));
  await shell.close();
});
