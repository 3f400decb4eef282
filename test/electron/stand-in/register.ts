/** `import 'electron'` finds the stand-in, and the process looks like Electron's main process. */
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

const here = pathToFileURL(new URL('electron.ts', import.meta.url).pathname).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: here, shortCircuit: true } : next(specifier, context),
});

const set = (on: object, name: string, value: unknown): void =>
  void Object.defineProperty(on, name, { value, configurable: true, writable: true });

set(process.versions, 'electron', '45.4.1');
set(process, 'type', 'browser');
set(process, 'defaultApp', true);
set(process, 'execPath', process.env['HOSTKEEP_STAND_IN']);
