import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { contextOf } from '../context.ts';
import { numberOption } from '../numbers.ts';
import { ownVersion } from '../version.ts';
import { inHome } from '../with-home.ts';

const renderer = fileURLToPath(new URL('../../../dist/renderer', import.meta.url));

export function serve(program: Command): void {
  program
    .command('serve')
    .description('the console in a browser, on this computer only')
    .option('--port <n>', 'port on 127.0.0.1; 0 takes any that is free', numberOption('port', 0, 65_535), 0)
    .option('--status', 'answer /status and /status.json without the token, for monitoring systems on this computer')
    .action(async (options: { port: number; status?: boolean }, command: Command) => {
      const context = contextOf(command);
      const { port } = options;
      const { ownProgram } = await import('#service');
      const { consoleServices, serveConsole } = await import('#service/console');
      await inHome(context, async (home) => {
        const services = consoleServices(home, { mode: 'browser', version: ownVersion(), program: ownProgram });
        try {
          const served = await serveConsole({ services, renderer, port, status: options.status === true });
          if (!existsSync(renderer)) process.stderr.write('The pages of the console are not built yet: npm run build\n');
          context.print(
            { url: served.url },
            ({ url }) => `The console is at\n\n    ${url}\n\nEnd it with Ctrl+C. Runs go on without it.`,
          );
          await new Promise<void>((resolve) => context.signal.addEventListener('abort', () => resolve(), { once: true }));
          await served.close();
        } finally {
          await services.close();
        }
      });
    });
}
