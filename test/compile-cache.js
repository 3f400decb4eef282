/**
 * Loaded before every suite: compiled modules are kept, in the processes that tests start as well; without it each of them strips types
 * anew. With HOSTKEEP_TEST_COSTS=FILE each test file notes there what it cost: CPU seconds, its children's among them (Linux).
 */
import asyncHooks from 'node:async_hooks';
import { appendFileSync, readFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadModulesFrom } from './load-modules.js';

const folder = fileURLToPath(new URL('../.cache/node', import.meta.url));
process.env['NODE_COMPILE_CACHE'] ??= folder;
enableCompileCache(folder);

const modules = process.env['HOSTKEEP_TEST_MODULES'];
if (modules !== undefined) loadModulesFrom(modules);

/*
 * The test runner follows every promise, to say of an error that nobody caught which test it comes from. That takes a third of the time of
 * code that is made of promises; without it such an error fails its file, and says where it was thrown.
 */
const { createHook } = asyncHooks;
asyncHooks.createHook = (callbacks) => createHook({ ...callbacks, trackPromises: false });

const [, program = ''] = process.argv;
const isTest = program.endsWith('.test.ts');
if (isTest) process.on('unhandledRejection', (error) => console.error(error));

const costs = process.env['HOSTKEEP_TEST_COSTS'];
if (costs !== undefined && isTest) process.on('exit', () => appendFileSync(costs, `${cost()}\n`));

/** `CPU seconds, seconds, file`. */
function cost() {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // utime, stime, cutime, cstime in hundredths of a second.
  const cpu = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0) / 100;
  return `${cpu.toFixed(1)}\t${process.uptime().toFixed(1)}\t${relative(process.cwd(), program)}`;
}
