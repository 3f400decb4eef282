/** Assembles `nh.wat` into the module that ships: `node build/fingerprints/make.ts`. A test proves that the two belong together. */
import { writeFileSync } from 'node:fs';
import { assembleNh } from './assemble.ts';

const target = new URL('../../main/engine/repository/fingerprints/nh-module.ts', import.meta.url);
writeFileSync(
  target,
  `/** \`nh.wat\`, assembled by \`build/fingerprints/make.ts\`. */
export const nhModule = '${await assembleNh()}';
`,
);
