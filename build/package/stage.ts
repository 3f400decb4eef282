/** `node build/package/stage.ts`: what is installed, as a folder, before and (with `--manifest-only`) after its programs were signed. */
import { join } from 'node:path';
import { installTools, outputs } from './places.ts';
import { stageApp } from './stage-app.ts';
import { stageCommandLine, writeManifest } from './stage-cli.ts';
import { fetchElectron } from './windows-electron.ts';
import { fetchWindowsNode } from './windows-node.ts';

await installTools();
if (process.argv.includes('--manifest-only')) await writeManifest(join(outputs, 'app'));
else await stageApp(await fetchElectron(), await stageCommandLine(await fetchWindowsNode(), 'hostkeep.exe'));
