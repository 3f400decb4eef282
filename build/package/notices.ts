/** THIRD-PARTY-NOTICES.txt: the packages that are shipped, with their licences as their makers wrote them. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './places.ts';
import { nodeLicence } from './windows-node.ts';

interface PackageFacts {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

const licenceFile = /^(licen[cs]e|copying|notice)(\.(md|txt|markdown))?$/i;

/** `modules`: folders below node_modules. @throws Error for a package that says nothing of its licence */
export async function thirdPartyNotices(modules: readonly string[]): Promise<string> {
  const parts = await Promise.all([nodeLicence(), ...modules.map(noticeOf)]);
  const head = 'Hostkeep contains these programs and packages, each under the licence that follows its name.\n';
  return [head, ...parts].join(`\n${'-'.repeat(80)}\n\n`);
}

async function noticeOf(module: string): Promise<string> {
  const folder = join(root, module);
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as PackageFacts;
  const files = (await readdir(folder)).filter((file) => licenceFile.test(file)).sort();
  if (license === undefined && files.length === 0) throw new Error(`${name} has no licence`);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  const said = license === undefined ? '' : ` (${license})`;
  return `${name} ${version}${said}\n\n${texts.length === 0 ? 'The package holds no text of it.\n' : texts.join('\n')}`;
}
