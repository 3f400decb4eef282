import { callHost } from '../../../main/host/operation.ts';
import { queryTasks, registerTask, removeTask, startTask, type TaskWanted } from '../../../main/host/operations/tasks.ts';
import type { Simulation } from '../simulator/host.ts';
import { taskService } from '../simulator/task-service.ts';
import { strike, type Exercise } from './scenario.ts';

const register = ({ shell }: Simulation, more: Partial<TaskWanted> = {}): Promise<void> =>
  callHost(shell, registerTask, {
    id: 'job-1',
    note: 'a note',
    replace: false,
    execute: 'C:\\hostkeep.exe',
    argument: 'job run job-1 --if-due',
    folder: 'C:\\',
    triggers: [{ from: '2026-03-02T22:30:00', minutes: 60 }],
    account: null,
    password: null,
    ...more,
  });

/** A world without any task, then one with ours. */
async function registered(simulation: Simulation): Promise<void> {
  simulation.world.tasks.clear();
  simulation.world.taskService = taskService(simulation.world.tasks, Date.now());
  await register(simulation);
}

export const exercises: readonly Exercise[] = [
  {
    operation: registerTask,
    success: registered,
    failures: {
      'schedule/exists': (simulation) => register(simulation),
      'schedule/not-found': (simulation) => register(simulation, { id: 'job-2', replace: true }),
      'host/access-denied': (simulation) => {
        strike(simulation, 'Register-ScheduledTask', 'denied');
        return register(simulation, { id: 'job-3' });
      },
      'schedule/account-refused': (simulation) => register(simulation, { id: 'job-3', account: 'HV01\\me', password: '' }),
    },
  },
  {
    operation: queryTasks,
    success: async (simulation) => {
      await registered(simulation);
      await callHost(simulation.shell, queryTasks, {});
    },
    failures: {
      'host/access-denied': (simulation) => {
        strike(simulation, 'Get-ScheduledTask', 'denied');
        return callHost(simulation.shell, queryTasks, {});
      },
    },
  },
  {
    operation: removeTask,
    success: async (simulation) => {
      await registered(simulation);
      await callHost(simulation.shell, removeTask, { id: 'job-1' });
      await callHost(simulation.shell, removeTask, { id: 'job-1' });
    },
    failures: {
      'host/access-denied': async (simulation) => {
        await registered(simulation);
        strike(simulation, 'Unregister-ScheduledTask', 'denied');
        return callHost(simulation.shell, removeTask, { id: 'job-1' });
      },
    },
  },
  {
    operation: startTask,
    success: async (simulation) => {
      await registered(simulation);
      await callHost(simulation.shell, startTask, { id: 'job-1' });
    },
    failures: {
      'schedule/running': ({ shell }) => callHost(shell, startTask, { id: 'job-1' }),
      'schedule/not-found': ({ shell }) => callHost(shell, startTask, { id: 'job-2' }),
      'host/access-denied': async (simulation) => {
        await registered(simulation);
        strike(simulation, 'Start-ScheduledTask', 'denied');
        return callHost(simulation.shell, startTask, { id: 'job-1' });
      },
    },
  },
];
