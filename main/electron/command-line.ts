/**
 * The packaged app is its own command line: `Hostkeep.exe --command backup ...`. Electron's own way to that, running as plain Node, is fused
 * off, because it would lend our signature to anybody's script. Without a window, a lock or a tray.
 */
import { app } from 'electron';
import type { Program } from '#service';

const mark = '--command';

/** What follows the mark, if the app was started as a command. */
export function takeCommand(argv: readonly string[]): readonly string[] | null {
  const at = argv.indexOf(mark);
  return at === -1 ? null : argv.slice(at + 1);
}

/** How runs of the console are started from here. */
export function ownCommandLine(): Program {
  return { file: process.execPath, parameters: [...(app.isPackaged ? [] : [app.getAppPath()]), mark] };
}

/** Ends the process with the exit code of the command. */
export async function runCommandLine(command: readonly string[]): Promise<void> {
  process.argv = [process.execPath, 'hostkeep', ...command];
  // The command parser asks Electron where the arguments begin; they begin as under Node.
  Object.defineProperty(process, 'defaultApp', { value: true, configurable: true });
  await import('../cli/main.ts');
  app.exit(Number(process.exitCode ?? 0));
}
