#!/usr/bin/env node
/**
 * The command line. Compiled modules are kept between starts, which must be said before the first of them is asked for; plain
 * JavaScript, so that the type stripper (half the time of a start) is not loaded for this file alone.
 */
import * as modules from 'node:module';

// Older ones can not read the sources, and would say so in words that nobody understands.
if (Number.parseInt(process.versions.node, 10) < 24) {
  process.stderr.write(
    `Hostkeep needs Node 24; this is ${process.version}. In its folder, \`npm run -s hostkeep -- ...\` uses the right one.\n`,
  );
  process.exit(2);
}
modules.enableCompileCache();
await import('./main.ts');
