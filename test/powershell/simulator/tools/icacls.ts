import { access } from 'node:fs/promises';
import { takeFault, type World } from '../world.ts';
import { consoleText, type Tool } from './tool.ts';

/** As far as Hostkeep uses it: FILE /grant ACCOUNT:F, and FOLDER /inheritance:r /grant:r GRANT... */
export const icacls: Tool = async (world, { parameters }) => {
  const [path, verb, grant, ...more] = parameters;
  if (path === undefined || grant === undefined) return fails(87);
  const there = await access(path).then(
    () => true,
    () => false,
  );
  if (!there) return fails(2);
  if (verb === '/inheritance:r' && grant === '/grant:r') return closeFolder(world, path, more);
  if (verb !== '/grant' || more.length > 0) return fails(87);
  // On a German host the authority has another name; what is said as a number is understood everywhere.
  const named = world.options.locale === 'de' ? undefined : /^NT VIRTUAL MACHINE\\([0-9A-F-]{36}):F$/.exec(grant)?.[1];
  const id = named ?? idOfSid(/^\*S-1-5-83-1-(\d+)-(\d+)-(\d+)-(\d+):F$/.exec(grant));
  if (id === undefined) return fails(1332);
  if (takeFault(world, 'icacls') !== undefined) return fails(5);
  world.grants.add(`${id.toLowerCase()}|${path}`);
  return { code: 0, output: consoleText([`processed file: ${path}`, '']) };
};

function closeFolder(world: World, path: string, grants: readonly string[]): ReturnType<typeof fails> {
  if (takeFault(world, 'icacls') !== undefined) return fails(5);
  if (grants.length === 0 || !grants.every((one) => /^.+:\(OI\)\(CI\)[FR]$/.test(one))) return fails(87);
  world.closed.set(path, grants);
  return { code: 0, output: consoleText([`processed file: ${path}`, '']) };
}

const fails = (code: number): Awaited<ReturnType<Tool>> => ({
  code: code % 256,
  output: consoleText(['Failed processing 1 files', '']),
});

/** The SID of a VM holds its GUID as four little-endian numbers. */
function idOfSid(found: RegExpExecArray | null): string | undefined {
  if (found === null) return undefined;
  const bytes = Buffer.alloc(16);
  for (const [at, part] of found.slice(1).entries()) bytes.writeUInt32LE(Number(part), at * 4);
  const hex = (from: number, to: number): string => bytes.subarray(from, to).toString('hex');
  const first = Buffer.from(bytes.subarray(0, 8));
  first.subarray(0, 4).reverse();
  first.subarray(4, 6).reverse();
  first.subarray(6, 8).reverse();
  const text = first.toString('hex');
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${hex(8, 10)}-${hex(10, 16)}`;
}
