/** Where a worker thread begins: with the cache of compiled modules, which it does not inherit. */
import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('./serve-leaves.ts');
