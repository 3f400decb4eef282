/**
 * `npm run build:app`: the app as Electron runs it, in dist/app: types stripped from everything in main, the command line and its threads
 * bundled, the preload script as one CommonJS file, the renderer, the assets. Electron's Node need not know TypeScript, and everything lies
 * where the sources expect it.
 */
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { hashScripts } from '../../main/host/installed-scripts.ts';
import { bundleCommandLine } from './bundle.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const target = join(root, 'dist', 'app');

export async function compileApp(): Promise<string> {
  await rm(target, { recursive: true, force: true });
  await compileProgram(target);
  await buildPreload();
  await cp(join(root, 'dist', 'renderer'), join(target, 'dist', 'renderer'), { recursive: true });
  return target;
}

/** What runs under Node, in an empty folder: all that the command line needs but for the console's page. */
export async function compileProgram(to: string): Promise<void> {
  for (const file of await filesBelow(join(root, 'main'))) await compileFile(file, to);
  await bundleCommandLine(root, to);
  const scripts = join(to, 'main', 'host');
  await writeFile(join(scripts, 'script-hashes.json'), JSON.stringify(await hashScripts(scripts), null, 1));
  await cp(join(root, 'assets'), join(to, 'assets'), { recursive: true });
  await writeFile(join(to, 'package.json'), `${JSON.stringify(await manifest(), null, 2)}\n`);
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function compileFile(file: string, folder: string): Promise<void> {
  const place = relative(root, file);
  if (/tsconfig\.json$|electron[\\/]preload\.ts$/.test(place)) return;
  const to = join(folder, place.replace(/\.ts$/, '.js'));
  await mkdir(dirname(to), { recursive: true });
  if (place.endsWith('.ts')) await writeFile(to, asJavaScript(await readFile(file, 'utf8')));
  else if (place.endsWith('.js')) await writeFile(to, renamed(await readFile(file, 'utf8')));
  else await cp(file, to);
}

/** Lines stay where they are, so that a stack trace still tells the line of the source. */
export function asJavaScript(source: string): string {
  return renamed(stripTypeScriptTypes(source, { mode: 'strip' }));
}

/** Names of modules beside the one that names them. */
function renamed(code: string): string {
  return code.replaceAll(/(['"])(\.{1,2}\/[\w./-]+)\.ts\1/g, '$1$2.js$1');
}

/** A sandboxed preload script can require nothing but Electron: it is one file. */
async function buildPreload(): Promise<void> {
  await build({
    root,
    logLevel: 'warn',
    configFile: false,
    build: {
      outDir: join(target, 'main', 'electron'),
      emptyOutDir: false,
      minify: false,
      target: 'chrome130',
      lib: { entry: join(root, 'main', 'electron', 'preload.ts'), formats: ['cjs'], fileName: () => 'preload.cjs' },
      rolldownOptions: { external: ['electron'] },
    },
  });
}

/** What the app says of itself: names of the sources become names of what was made of them. */
async function manifest(): Promise<object> {
  const own = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
  const imports = JSON.parse(JSON.stringify(own['imports']).replaceAll('.ts"', '.js"')) as object;
  const { name, version, description, license, type, dependencies } = own;
  return {
    name,
    productName: 'Hostkeep',
    version,
    description,
    license,
    type,
    main: 'main/electron/main.js',
    imports,
    dependencies,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(`The app is in ${await compileApp()}.\n`);
