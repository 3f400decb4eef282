import type { Handler } from './cmdlets.ts';
import { HostFault, takeFault } from './world.ts';

const registerTask: Handler = async (world, given) => {
  if (takeFault(world, 'Register-ScheduledTask') !== undefined)
    throw new HostFault('(0x80070005)', 'HRESULT 0x80070005,Register-ScheduledTask', 'PermissionDenied', 0x80070005);
  world.tasks.set(String(given['TaskName']), given);
  return [{ TaskName: given['TaskName'], TaskPath: given['TaskPath'] }];
};

const getTasks: Handler = async (world, { TaskName }) =>
  [...world.tasks.values()]
    .filter((task) => typeof TaskName !== 'string' || task['TaskName'] === TaskName)
    .map((task) => ({ ...task, State: 'Ready' }));

const removeTask: Handler = async (world, { TaskName }) => {
  if (!world.tasks.delete(String(TaskName)))
    throw new HostFault(
      '(0x80070002)',
      'CmdletizationQuery_NotFound_TaskName,Unregister-ScheduledTask',
      'ObjectNotFound',
      0x80070002,
    );
  return [];
};

export const taskCmdlets: Readonly<Record<string, Handler>> = {
  'Register-ScheduledTask': registerTask,
  'Get-ScheduledTask': getTasks,
  'Unregister-ScheduledTask': removeTask,
};
