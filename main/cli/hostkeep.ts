#!/usr/bin/env node
/** The command line. Compiled modules are kept between starts, which must be said before the first of them is asked for. */
import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('./main.ts');
