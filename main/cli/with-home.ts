import type { Command } from 'commander';
import type { Home } from '#service';
import { contextOf, type Context } from './context.ts';

/** Acts on the home that the command names. */
export async function withHome<Result>(
  command: Command,
  act: (context: Context, home: Home) => Promise<Result>,
): Promise<Result> {
  const context = contextOf(command);
  const home = await context.openHome();
  try {
    return await act(context, home);
  } finally {
    home.close();
  }
}
