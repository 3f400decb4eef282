/** Debian's Chromium, driven over its debugging protocol. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromiumArguments, chromiumPath } from '../../e2e/browser.ts';

export type Fields = Readonly<Record<string, unknown>>;

export interface Cdp {
  /** `http://127.0.0.1:PORT`, for others who want to look. */
  readonly endpoint: string;
  send(method: string, parameters?: Fields, session?: string): Promise<Fields>;
  listen(hear: (method: string, parameters: Fields, session: string | undefined) => void): void;
  close(): void;
}

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Fields;
  readonly result?: Fields;
  readonly error?: { readonly message: string };
  readonly sessionId?: string;
}

let started: Promise<Cdp> | undefined;

/** Started with the first window. */
export function chromium(): Promise<Cdp> {
  return (started ??= start());
}

export async function closeChromium(): Promise<void> {
  (await started)?.close();
}

async function start(): Promise<Cdp> {
  const profile = mkdtempSync(join(tmpdir(), 'hostkeep-stand-in-'));
  const child = spawn(
    chromiumPath,
    [
      '--headless',
      ...chromiumArguments,
      '--no-startup-window',
      '--window-size=1280,820',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const forget = (): void => {
    child.kill('SIGKILL');
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once('exit', forget);
  const address = await announced(child);
  const socket = new WebSocket(address);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', reject);
  });
  return connected(socket, address, forget);
}

function announced(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const found = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => reject(new Error(`Chromium ended: ${said.slice(-2000)}`)));
  });
}

function connected(socket: WebSocket, address: string, forget: () => void): Cdp {
  const waiting = new Map<number, { resolve(fields: Fields): void; reject(error: Error): void }>();
  const hearers: Parameters<Cdp['listen']>[0][] = [];
  let last = 0;
  socket.addEventListener('message', ({ data }) => {
    const { id, method, params = {}, result = {}, error, sessionId } = JSON.parse(String(data)) as Answer;
    if (method !== undefined) for (const hear of hearers) hear(method, params, sessionId);
    if (id === undefined) return;
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) asked?.resolve(result);
    else asked?.reject(new Error(error.message));
  });
  return {
    endpoint: `http://${new URL(address).host}`,
    send(method, params = {}, sessionId) {
      last += 1;
      const id = last;
      socket.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }));
      return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
    },
    listen: (hear) => void hearers.push(hear),
    close: forget,
  };
}
