import { createServer } from 'node:http';
import { labVms } from '../../../main/lab/vms.ts';
import { cmdlets } from './cmdlets.ts';
import { cimFault, type Arguments, type Instance } from './cim/instance.ts';
import { invoke, type Call } from './cim/methods.ts';
import { again, associated, classFacts, instances } from './cim/query.ts';
import { removeShadow } from './cim/shadow-copies.ts';
import { wire } from './cim/wire.ts';
import { happen } from './happenings.ts';
import { serveTools } from './tools/serve-tools.ts';
import { HostFault, noteCall, reboot, takeFault, type World } from './world.ts';

export interface SimulatedHost {
  /** Where the modules ask, and where the console programs do. */
  readonly url: string;
  readonly toolPort: number;
  close(): Promise<void>;
}

/** Serves the world of the moment to the PowerShell modules and the console programs of the simulation. */
export async function serveWorld(source: World | (() => World)): Promise<SimulatedHost> {
  const world = typeof source === 'function' ? source : (): World => source;
  const tools = await serveTools(world);
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      void answer(world(), body).then((answered) => response.end(JSON.stringify(answered)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    toolPort: tools.port,
    close: async () => {
      await tools.close();
      await new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      });
    },
  };
}

async function answer(world: World, body: string): Promise<object> {
  const { command, given } = JSON.parse(body) as { command: string; given: Arguments };
  const at = String(command === 'Invoke-CimMethod' ? given['method'] : (given['className'] ?? command));
  noteCall(world, at);
  try {
    if (strike(world, command, at)) return { dies: true };
    return { items: await perform(world, command, given) };
  } catch (error) {
    return { fault: faultOf(error) };
  }
}

/** Faults that can happen to any request; true: the connection to the host is gone. */
function strike(world: World, command: string, at: string): boolean {
  if (world.down) {
    world.down = false;
    return true;
  }
  if (takeFault(world, at, 'host-dies') !== undefined) return true;
  if (takeFault(world, at, 'host-reboots') !== undefined) {
    reboot(world);
    world.down = false;
    return true;
  }
  if (command === 'Invoke-CimMethod') return false;
  const passing = takeFault(world, at, 'vm-vanishes', 'vm-pauses', 'name-duplicate');
  if (passing !== undefined) for (const vm of labVms) happen(world, passing, vm.id);
  if (takeFault(world, at, 'denied') === undefined) return false;
  if (command.includes('-Cim')) throw cimFault('denied', 'Get-CimInstance', 'Access denied');
  const text = 'You do not have the required permission to complete this task.';
  const id = `AccessDenied,Microsoft.HyperV.PowerShell.Commands.${command.replace('-', '')}`;
  throw new HostFault(text, id, 'PermissionDenied', 0x80070005);
}

function faultOf(error: unknown): object {
  if (error instanceof HostFault) {
    const { message, errorId, category, hresult } = error;
    return { message, errorId, category, hresult };
  }
  const message = String(error instanceof Error ? error.stack : error);
  return { message, errorId: 'SimulatorBroken', category: 'NotSpecified', hresult: 0 };
}

async function perform(world: World, command: string, given: Arguments): Promise<readonly unknown[]> {
  const instance = given['instance'] as Instance | undefined;
  const [namespace, className, filter] = ['namespace', 'className', 'filter'].map((name) => String(given[name] ?? ''));
  switch (command) {
    case 'options':
      return [world.options];
    case 'Get-CimInstance':
      return instance === undefined
        ? (await instances(world, { namespace: namespace!, className: className!, filter: filter! })).map(wire)
        : [wire(await again(world, instance))];
    case 'Get-CimAssociatedInstance':
      return (await associated(world, instance!, className!)).map(wire);
    case 'Get-CimClass':
      return [classFacts(world, namespace!, className!)];
    case 'Invoke-CimMethod':
      return [
        await invoke(world, {
          on: instance!,
          method: String(given['method']),
          arguments: given['arguments'] as Call['arguments'],
        }),
      ];
    case 'Remove-CimInstance':
      if (instance!.Class !== 'Win32_ShadowCopy') throw cimFault('notCapable', 'Remove-CimInstance');
      await removeShadow(world, instance!);
      return [];
    default: {
      const handler = cmdlets[command];
      if (handler === undefined) throw new Error(`the simulation has no ${command}`);
      return handler(world, given);
    }
  }
}
