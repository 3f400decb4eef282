/** Where a worker thread begins: with the cache of compiled modules, as in restore-thread.js. */
import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('./serve-groups.ts');
