/** Loaded before every suite: compiled modules are kept, in the processes that tests start as well; without it each of them strips types anew. */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../.cache/node', import.meta.url));
process.env['NODE_COMPILE_CACHE'] ??= folder;
enableCompileCache(folder);
