import { createServer, type Socket } from 'node:net';
import { noteCall, type World } from '../world.ts';
import { diskshadow } from './diskshadow.ts';
import { icacls } from './icacls.ts';
import type { Tool } from './tool.ts';
import { vssadmin } from './vssadmin.ts';
import { whoami } from './whoami.ts';

/** Console programs by the names that scripts call them; each is a link to bin/tool. */
const tools: Readonly<Record<string, Tool>> = {
  'diskshadow.exe': diskshadow,
  'icacls.exe': icacls,
  'vssadmin.exe': vssadmin,
  'whoami.exe': whoami,
};

export interface ToolServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Runs the console programs for the processes that stand for them: name and arguments come in, exit code and output go out. */
export async function serveTools(world: () => World): Promise<ToolServer> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket)).on('error', () => undefined);
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (!text.endsWith('\0\0')) return;
      const [name = '', ...parameters] = text.slice(0, -2).split('\0');
      void run(world(), socket, name, parameters);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

async function run(world: World, socket: Socket, name: string, parameters: readonly string[]): Promise<void> {
  const killed = new AbortController();
  socket.once('close', () => killed.abort());
  const kill = (): void => void socket.destroy();
  world.processes.add(kill);
  noteCall(world, name);
  try {
    const tool = tools[name];
    if (tool === undefined) throw new Error(`the simulation has no ${name}`);
    const { code, output } = await tool(world, { parameters, signal: killed.signal });
    socket.write(`${code}\n`);
    socket.end(output);
  } catch (error) {
    socket.end(`70\n${String(error instanceof Error ? error.stack : error)}\n`);
  } finally {
    world.processes.delete(kill);
  }
}
