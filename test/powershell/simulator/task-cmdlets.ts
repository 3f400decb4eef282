import type { Handler } from './cmdlets.ts';
import { HostFault, takeFault } from './world.ts';
import { taskKey, type TaskTrigger } from './task-service.ts';

const refused = (text: string, cmdlet: string, category: string, hresult: number): HostFault =>
  new HostFault(text, `HRESULT 0x${hresult.toString(16)},${cmdlet}`, category, hresult);

const notFound = (cmdlet: string): HostFault =>
  new HostFault(
    'No MSFT_ScheduledTask objects found.',
    `CmdletizationQuery_NotFound_TaskName,${cmdlet}`,
    'ObjectNotFound',
    0x80070002,
  );

const registerTask: Handler = async (world, given) => {
  const { tasks } = world;
  const fault = takeFault(world, 'Register-ScheduledTask');
  if (fault === 'denied') throw refused('Access is denied.', 'Register-ScheduledTask', 'PermissionDenied', 0x80070005);
  if (fault !== undefined)
    throw refused('The user name or password is incorrect.', 'Register-ScheduledTask', 'NotSpecified', 0x8007052e);
  const task = given as unknown as {
    readonly TaskName: string;
    readonly TaskPath: string;
    readonly Description: string;
    readonly Action: { readonly Execute: string; readonly Arguments: string };
    readonly Trigger: readonly TaskTrigger[];
    readonly Settings: {
      readonly StartWhenAvailable: boolean;
      readonly MultipleInstances: string;
      readonly LimitSeconds: number;
    };
    readonly Principal: { readonly UserId: string; readonly LogonType: string; readonly RunLevel: string };
    readonly Force: boolean;
    readonly Password: string;
  };
  const key = taskKey(task.TaskPath, task.TaskName);
  const old = tasks.get(key);
  if (old !== undefined && !task.Force)
    throw refused('Cannot create a file when that file already exists.', 'Register-ScheduledTask', 'ResourceExists', 0x800700b7);
  if (task.Principal.LogonType === 'Password' && task.Password === '')
    throw refused('The user name or password is incorrect.', 'Register-ScheduledTask', 'NotSpecified', 0x8007052e);
  tasks.set(key, {
    name: task.TaskName,
    path: task.TaskPath,
    description: task.Description,
    command: `${task.Action.Execute} ${task.Action.Arguments}`,
    triggers: task.Trigger,
    catchesUp: task.Settings.StartWhenAvailable,
    overlap: task.Settings.MultipleInstances,
    limitSeconds: task.Settings.LimitSeconds,
    account: task.Principal.UserId,
    runLevel: task.Principal.RunLevel,
    running: old?.running ?? false,
    lastStart: old?.lastStart ?? null,
    lastResult: old?.lastResult ?? null,
  });
  return [{ TaskName: task.TaskName, TaskPath: task.TaskPath }];
};

const getTasks: Handler = async (world, { TaskName, TaskPath }) => {
  const found = [...world.tasks.values()].filter(
    (task) =>
      (typeof TaskName !== 'string' || task.name === TaskName) && (typeof TaskPath !== 'string' || task.path === TaskPath),
  );
  // As the real one: an exact path or name without a hit is an error.
  if (found.length === 0) throw notFound('Get-ScheduledTask');
  return found.map((task) => ({
    TaskName: task.name,
    TaskPath: task.path,
    Description: task.description,
    State: task.running ? 'Running' : 'Ready',
  }));
};

const taskInfo: Handler = async (world, { TaskName, TaskPath }) => {
  const task = world.tasks.get(taskKey(String(TaskPath), String(TaskName)));
  if (task === undefined) throw notFound('Get-ScheduledTaskInfo');
  const never = Date.UTC(1999, 10, 30);
  return [
    {
      TaskName: task.name,
      LastRunTime: task.lastStart ?? never,
      LastTaskResult: task.running ? 0x41301 : task.lastStart === null ? 0x41303 : task.lastResult,
      NextRunTime: world.taskService?.nextRun(task) ?? null,
    },
  ];
};

const startTask: Handler = async (world, { TaskName, TaskPath }) => {
  if (takeFault(world, 'Start-ScheduledTask') !== undefined)
    throw refused('Access is denied.', 'Start-ScheduledTask', 'PermissionDenied', 0x80070005);
  const task = world.tasks.get(taskKey(String(TaskPath), String(TaskName)));
  if (task === undefined) throw notFound('Start-ScheduledTask');
  world.taskService?.start(task);
  return [];
};

const removeTask: Handler = async (world, { TaskName, TaskPath }) => {
  if (takeFault(world, 'Unregister-ScheduledTask') !== undefined)
    throw refused('Access is denied.', 'Unregister-ScheduledTask', 'PermissionDenied', 0x80070005);
  if (!world.tasks.delete(taskKey(String(TaskPath), String(TaskName)))) throw notFound('Unregister-ScheduledTask');
  return [];
};

export const taskCmdlets: Readonly<Record<string, Handler>> = {
  'Register-ScheduledTask': registerTask,
  'Get-ScheduledTask': getTasks,
  'Get-ScheduledTaskInfo': taskInfo,
  'Start-ScheduledTask': startTask,
  'Unregister-ScheduledTask': removeTask,
};
