/**
 * Where a worker thread begins: with the cache of compiled modules, which it does not inherit. Plain JavaScript, so that the
 * type stripper (0.2 s and 15 MiB in every thread) is not loaded for this file alone.
 */
import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('./serve-leaves.ts');
