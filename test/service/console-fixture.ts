import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { openHome } from '#service';
import { consoleServices, serveConsole, type Served, type Services } from '#service/console';
import { temporaryFolder } from '../fixtures/environment.ts';
import { program } from '../fixtures/program.ts';

export interface TestConsole {
  readonly folder: string;
  readonly services: Services;
  readonly served: Served;
  readonly token: string;
  /** One call as the page would make it. */
  call(procedure: string, input: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** The answer's data; fails when it is an error. */
  ask<Value>(procedure: string, input?: unknown): Promise<Value>;
}

export interface Answer {
  readonly status: number;
  readonly data: unknown;
  readonly code: string | undefined;
}

export async function testConsole(context: TestContext): Promise<TestConsole> {
  const folder = await temporaryFolder(context);
  const renderer = join(folder, 'renderer');
  await mkdir(renderer);
  await writeFile(join(renderer, 'index.html'), '<meta name="nonce" content="HOSTKEEP-NONCE">');
  const home = openHome(join(folder, 'home'));
  const services = consoleServices(home, { mode: 'browser', version: '0', program });
  const served = await serveConsole({ services, renderer, port: 0 });
  context.after(async () => {
    await served.close();
    await services.close();
    home.close();
  });
  const token = served.url.split('#token=')[1]!;
  const call = async (procedure: string, input: unknown, headers: Record<string, string> = {}): Promise<Answer> => {
    const response = await fetch(`${served.origin}/api/${procedure}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, origin: served.origin, 'content-type': 'application/json', ...headers },
      body: typeof input === 'string' ? input : JSON.stringify(input),
    });
    const body = (await response.json()) as {
      readonly result?: { readonly data: unknown };
      readonly error?: { readonly data: { readonly hostkeep: { readonly code: string } } };
    };
    return { status: response.status, data: body.result?.data, code: body.error?.data.hostkeep.code };
  };
  return {
    folder,
    services,
    served,
    token,
    call,
    async ask<Value>(procedure: string, input: unknown = {}) {
      const { data, code, status } = await call(procedure, input);
      if (code !== undefined || status !== 200) throw new Error(`${procedure}: ${status} ${code}`);
      return data as Value;
    },
  };
}
