import type { Home, JobBook } from '#service';
import type { Context } from './context.ts';
import { inHome } from './with-home.ts';

/** The jobs of the home that the command names. */
export async function withJobBook<Result>(
  context: Context,
  act: (of: { readonly book: JobBook; readonly home: Home }) => Promise<Result>,
): Promise<Result> {
  const { jobBook, machineScheduler, systemClock } = await import('#service');
  return inHome(context, async (home) => {
    const machine = machineScheduler(home);
    try {
      const scheduling = machine === undefined ? {} : { scheduler: machine.scheduler };
      return await act({ book: jobBook({ home, now: () => systemClock.now(), ...scheduling }), home });
    } finally {
      await machine?.close();
    }
  });
}
