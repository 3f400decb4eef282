/** The desktop shell, as a table of contents. */
import { app } from 'electron';
import { runCommandLine, takeCommand } from './command-line.ts';
import { refuseForeignContent } from './guards.ts';
import { keepCrashLog } from './crash-log.ts';
import { registerAppScheme } from './serve-app.ts';
import { tellStartFailure } from './start-failure.ts';
import { startShell } from './start-shell.ts';
import { takeSingleInstance } from './single-instance.ts';

const command = takeCommand(process.argv);
if (command === null) {
  // Before the app is ready: a scheme is privileged from its beginning or never.
  keepCrashLog();
  registerAppScheme();
  refuseForeignContent();
  takeSingleInstance();
  void app.whenReady().then(startShell).catch(tellStartFailure);
} else void runCommandLine(command);
