/** What a file that is neither text nor image is, by how it begins, as people call it. */
const kinds: readonly (readonly [at: number, text: string, name: string])[] = [
  [0, 'PK\x03\x04', 'ZIP archive, or an Office document'],
  [0, '%PDF-', 'PDF document'],
  [0, 'MZ', 'Windows program'],
  [0, '\x7fELF', 'Linux program'],
  [0, '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'older Office document or installer (OLE)'],
  [0, '7z\xbc\xaf\x27\x1c', '7-Zip archive'],
  [0, 'Rar!\x1a\x07', 'RAR archive'],
  [0, '\x1f\x8b', 'gzip archive'],
  [0, 'BZh', 'bzip2 archive'],
  [0, '\xfd7zXZ\0', 'xz archive'],
  [0, '\x28\xb5\x2f\xfd', 'zstd archive'],
  [0, 'MSCF', 'cabinet archive'],
  [0, 'SQLite format 3\0', 'SQLite database'],
  [0, 'vhdxfile', 'virtual disk (VHDX)'],
  [0, 'conectix', 'virtual disk (VHD)'],
  [0, '!BDN', 'Outlook data file'],
  [0, 'regf', 'registry hive or its log'],
  [0, 'ElfFile\0', 'event log'],
  [0, 'LfLe', 'event log of Windows XP'],
  [4, '\xef\xcd\xab\x89', 'ESE database'],
  [4, 'ftyp', 'video or sound (MP4)'],
  [0, 'ID3', 'sound (MP3)'],
  [0, 'OggS', 'video or sound (Ogg)'],
  [0, '\x1a\x45\xdf\xa3', 'video (Matroska)'],
  [0, 'RIFF', 'video or sound (RIFF)'],
  [0, 'II*\0', 'image (TIFF)'],
  [0, 'MM\0*', 'image (TIFF)'],
  [0, 'L\0\0\0\x01\x14\x02\0', 'Windows shortcut'],
  [257, 'ustar', 'tar archive'],
];

export function contentType(head: Buffer): string {
  const kind = kinds.find(([at, text]) => head.toString('latin1', at, at + text.length) === text);
  return kind?.[2] ?? 'binary data of no kind known here';
}
