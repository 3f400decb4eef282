/**
 * The command line and its worker threads, each as few files instead of hundreds of modules: a start is mostly finding, reading and compiling
 * modules. Each of these entries takes the place of the module it is named after; what only some commands need is in files of its own, loaded
 * when it is wanted.
 */
import { dirname, join, posix, relative } from 'node:path';
import { build, type Plugin } from 'vite';

/** Where a process or a thread begins, named as in the tree of sources, behind the small file beside it that starts it. */
const entries = [
  { folder: 'main/cli', starts: 'hostkeep', begins: 'main' },
  { folder: 'main/engine/backup/pipeline', starts: 'worker-thread', begins: 'serve-leaves' },
  { folder: 'main/engine/recovery/restore', starts: 'restore-thread', begins: 'serve-restore' },
  { folder: 'main/engine/recovery/publish/read-path', starts: 'open-group-thread', begins: 'serve-groups' },
] as const;

/** What a command line needs of `main` once it is bundled: the bundles, what starts them, and the scripts of the host. */
export function isInCommandLine(place: string): boolean {
  if (/^main\/host\/(.*\.ps1|script-hashes\.json)$/.test(place)) return true;
  return entries.some(
    ({ folder, starts, begins }) =>
      place === `${folder}/${starts}.js` || place === `${folder}/${begins}.js` || place.startsWith(`${folder}/parts/`),
  );
}

/** `root`: where the sources are; `target`: the folder that is built. */
export async function bundleCommandLine(root: string, target: string): Promise<void> {
  // A thread shares no module with another: each is one file by itself.
  for (const { folder, begins } of entries) await bundle(root, target, `${folder}/${begins}`);
}

async function bundle(root: string, target: string, entry: string): Promise<void> {
  await build({
    root,
    logLevel: 'warn',
    configFile: false,
    publicDir: false,
    plugins: [placesKept(root), builtinsAsTheyAre],
    ssr: { noExternal: true },
    build: {
      outDir: target,
      emptyOutDir: false,
      minify: false,
      target: 'node24',
      ssr: true,
      rolldownOptions: {
        input: { [entry]: join(root, `${entry}.ts`) },
        output: {
          format: 'es',
          entryFileNames: '[name].js',
          chunkFileNames: `${dirname(entry)}/parts/[name]-[hash].js`,
          codeSplitting: { includeDependenciesRecursively: false, groups },
        },
      },
    },
  });
}

/** What nearly every command needs, in one file each instead of many small ones: a start waits for each in turn. */
const groups = [
  {
    name: 'start',
    test: /main[\\/](contract|files)[\\/]|main[\\/]cli[\\/](advice|context|failure|given-file|loaded-beside|open-point|text|version|with-home)\.ts$|machine-settings\.ts$|node_modules[\\/](commander|valibot)[\\/]/,
  },
  {
    name: 'repository',
    test: /main[\\/]engine[\\/](bytes|storage|repository|threads)[\\/]|main[\\/]service[\\/]repositories\.ts$/,
  },
];

const up = '__HOSTKEEP_UP__';

/** `import.meta.url` stays that of the module in which it is written, wherever its code goes: workers, scripts and assets are found from there. */
function placesKept(root: string): Plugin {
  return {
    name: 'places-kept',
    transform(code, id) {
      const place = relative(root, id).replaceAll('\\', '/');
      if (!place.startsWith('main/') || !code.includes('import.meta.url')) return null;
      const module = place.replace(/\.ts$/, '.js');
      return { code: code.replaceAll('import.meta.url', `new URL(${up} + '${module}', import.meta.url).href`), map: null };
    },
    renderChunk(code, chunk) {
      if (!code.includes(up)) return null;
      const way = posix.relative(posix.dirname(chunk.fileName), '.');
      return { code: code.replaceAll(up, JSON.stringify(`${way}/`)), map: null };
    },
  };
}

const builtinImport = /^import (?:([\w$]+)(?:, )?)?(?:\{([^}]*)\})? ?from "(node:[\w/]+)";$/gm;

/**
 * Modules of Node are taken as they are: an import statement makes a view of each, for which Node asks for everything in it, and so loads what
 * nobody wants; all of Web Crypto for one hash.
 */
const builtinsAsTheyAre: Plugin = {
  name: 'builtins-as-they-are',
  renderChunk(code) {
    const direct = code.replaceAll(builtinImport, (statement, whole?: string, some?: string, name?: string) => {
      if (/\bdefault\b/.test(some ?? '')) return statement;
      const taken = `globalThis.process.getBuiltinModule("${name}");`;
      // Loads the network with it, for what none of our commands does.
      if (whole !== undefined && some === undefined && name === 'node:child_process')
        return `const ${whole} = { get spawn() { return globalThis.process.getBuiltinModule("${name}").spawn; } };`;
      const names = some === undefined ? '' : `const {${some.replaceAll(' as ', ': ')}} = ${taken}`;
      return `${whole === undefined ? '' : `const ${whole} = ${taken} `}${names}`;
    });
    return { code: direct, map: null };
  },
};
