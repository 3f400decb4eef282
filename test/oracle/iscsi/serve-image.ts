/** Serves an image over an overlay until it is killed: `serve-image.ts IMAGE OVERLAY [LIMIT]`; prints the address. */
import { createHash, randomBytes } from 'node:crypto';
import { openOverlay, overlayFolder } from '#engine/blocks';
import { iscsiTarget, listen, logicalUnit } from '#engine/iscsi';
import { describeImage, openDisk } from '../../../main/engine/formats/open-disk.ts';

const [image = '', overlay = '', limit = String(2 ** 40)] = process.argv.slice(2);
const base = await openDisk(await describeImage(image));
const identity = createHash('sha256').update(image).digest();
const disk = await openOverlay(base, { files: await overlayFolder(overlay), identity, limitBytes: Number(limit) });
const targetName = 'iqn.2026-01.test.hostkeep:image';
const onFault = (error: unknown): void => void process.stderr.write(`${String(error)}\n`);
const unit = logicalUnit({ lun: 0, disk, identity: { serial: identity.toString('hex').slice(0, 16), targetName }, onFault });
const rules = { targetName, chap: null, initiators: null, random: randomBytes, units: [unit], onProtocolError: onFault };
const { portal } = await listen(iscsiTarget(rules), { address: '127.0.0.1', port: 0 });
process.stdout.write(`iscsi://${portal}/${targetName}/0\n`);
