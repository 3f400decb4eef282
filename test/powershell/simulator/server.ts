import { createServer } from 'node:http';
import { join } from 'node:path';
import { cmdlets } from './cmdlets.ts';
import {
  again,
  associated,
  classProperties,
  completeVss,
  exposeShadow,
  instances,
  invoke,
  removeInstance,
  shadowVolume,
  type Instance,
} from './cim.ts';
import { HostFault, takeFault, type World } from './world.ts';

type Arguments = Readonly<Record<string, unknown>>;

export interface SimulatedHost {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves a world to the PowerShell modules and the console tools of the simulation. */
export async function serveWorld(world: World): Promise<SimulatedHost> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      void answer(world, body).then((answered) => response.end(JSON.stringify(answered)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function answer(world: World, body: string): Promise<object> {
  const { command, given } = JSON.parse(body) as { command: string; given: Arguments };
  const at = String(command === 'Invoke-CimMethod' ? given['method'] : (given['className'] ?? command));
  world.calls.push(at);
  if (takeFault(world, at, 'host-dies') !== undefined) return { dies: true };
  try {
    return { items: await perform(world, command, given) };
  } catch (error) {
    if (!(error instanceof HostFault))
      return {
        fault: {
          message: String(error instanceof Error ? error.stack : error),
          errorId: 'SimulatorBroken',
          category: 'NotSpecified',
          hresult: 0,
        },
      };
    const { message, errorId, category, hresult } = error;
    return { fault: { message, errorId, category, hresult } };
  }
}

async function perform(world: World, command: string, given: Arguments): Promise<readonly unknown[]> {
  const instance = given['instance'] as Instance;
  switch (command) {
    case 'options':
      return [world.options];
    case 'Get-CimInstance':
      return instance
        ? [await again(world, instance)]
        : instances(world, {
            namespace: String(given['namespace']),
            className: String(given['className']),
            filter: String(given['filter']),
          });
    case 'Get-CimAssociatedInstance':
      return associated(world, instance, String(given['className']));
    case 'Get-CimClass':
      return classProperties(world, String(given['className']));
    case 'Invoke-CimMethod':
      return [await invoke(world, { method: String(given['method']), arguments: given['arguments'] as Arguments })];
    case 'Remove-CimInstance':
      await removeInstance(world, instance);
      return [];
    case 'writers':
      return [
        world.options.edition === 'client' || takeFault(world, 'writers', 'writer-missing')
          ? null
          : takeFault(world, 'writers', 'vss-failed')
            ? 8
            : 1,
      ];
    case 'shadow-create': {
      const fault = takeFault(world, 'shadow-create');
      return fault === undefined ? [await shadowVolume(world, join(world.options.home, 'shadows'))] : [{ fault }];
    }
    case 'shadow-expose':
      await exposeShadow(world, String(given['id']), String(given['mount']));
      return [];
    case 'shadow-end': {
      const fault = takeFault(world, 'shadow-end');
      if (fault === undefined) await completeVss(world);
      return [fault ?? ''];
    }
    default: {
      const handler = cmdlets[command];
      if (handler === undefined) throw new Error(`the simulation has no ${command}`);
      return handler(world, given);
    }
  }
}
