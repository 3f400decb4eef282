import type { Task, Tasks } from './tasks.ts';

/**
 * Aborts tasks of any session: they are not answered any more. Resolves once nothing of them runs: what they write is written then, or
 * never will be.
 */
export async function abortTasks(all: readonly Tasks[], which: readonly Task[]): Promise<void> {
  for (const task of which) {
    task.aborted = true;
    // One that waits for data would wait for ever.
    if (task.transfer !== undefined) for (const each of all) if (each.find(task.command.tag) === task) each.remove(task);
  }
  await Promise.all(which.map((task) => task.done));
}
