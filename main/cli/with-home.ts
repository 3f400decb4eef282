import type { Command } from 'commander';
import type { Home } from '#service';
import { contextOf, type Context } from './context.ts';

/** Acts on the home that the command names. */
export function withHome<Result>(command: Command, act: (context: Context, home: Home) => Promise<Result>): Promise<Result> {
  const context = contextOf(command);
  return inHome(context, (home) => act(context, home));
}

/** The same, for whoever has looked at the command already. */
export async function inHome<Result>(context: Pick<Context, 'openHome'>, act: (home: Home) => Promise<Result>): Promise<Result> {
  const home = await context.openHome();
  try {
    return await act(home);
  } finally {
    home.close();
  }
}
