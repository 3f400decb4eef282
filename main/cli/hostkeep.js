#!/usr/bin/env node
/**
 * The command line. Compiled modules are kept between starts, which must be said before the first of them is asked for; plain
 * JavaScript, so that the type stripper (half the time of a start) is not loaded for this file alone.
 */
import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('./main.ts');
