/** Place of the certificate table among the directories of a 64-bit PE program (PE format, optional header data directories). */
const certificateDirectory = 24 + 112 + 4 * 8;

/** A 64-bit Windows program without the signature of who made it: it would be wrong once the program is changed, and tools refuse to. */
export function unsigned(program: Buffer): Buffer {
  const header = program.readUInt32LE(0x3c);
  if (program.readUInt16LE(0) !== 0x5a4d || program.readUInt16LE(header + 24) !== 0x20b) return program;
  const at = header + certificateDirectory;
  const [offset, length] = [program.readUInt32LE(at), program.readUInt32LE(at + 4)];
  if (offset === 0) return program;
  const rest = Buffer.from(program.subarray(0, offset + length === program.length ? offset : program.length));
  rest.fill(0, at, at + 8);
  return rest;
}
