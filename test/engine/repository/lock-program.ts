/** Holds a lock until it is killed: `lock-program.ts REPO KIND`. */
import { acquireLock, type LockKind } from '#engine/repository';
import { folderStorage } from '#engine/storage';
import { systemClock, systemRandom } from '#service';

const [root = '', kind = 'shared'] = process.argv.slice(2);
await acquireLock({ storage: folderStorage(root), random: systemRandom, clock: systemClock }, kind as LockKind, 'held by a test');
process.stdout.write('held\n');
setInterval(() => undefined, 60_000);
