"""Writes Data Deduplication's chunk store as readers of it describe it (main/engine/formats/ntfs/dedup/layout.ts): Windows alone makes a real one."""
import hashlib, os, struct, uuid, zlib

HEADER_BYTES = 0x5000
XPRESS, PLAIN = 2, 0
DATA_CHUNK, MAP_CHUNK = (1, 0x28), (2, 0x38)


def crc64(data):
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ (0x9A6C9329AC4BC9B5 if value & 1 else 0)
    return value ^ 0xFFFFFFFFFFFFFFFF


def xpress(data):
    """Plain XPRESS with matches of at least four bytes, the newest place first."""
    out, flags, count, flags_at, half = bytearray(4), 0, 0, 0, None
    seen, at = {}, 0
    while at < len(data):
        if count == 32:
            out[flags_at : flags_at + 4] = struct.pack("<I", flags)
            flags, count, flags_at = 0, 0, len(out)
            out += bytes(4)
        place = seen.get(data[at : at + 4])
        seen[data[at : at + 4]] = at
        count += 1
        if place is None or at - place > 8192 or at + 4 > len(data):
            out.append(data[at])
            flags <<= 1
            at += 1
            continue
        length = 4
        while at + length < len(data) and length < 70_000 and data[place + length] == data[at + length]:
            length += 1
        flags = flags << 1 | 1
        coded = length - 3
        out += struct.pack("<H", (at - place - 1) << 3 | min(coded, 7))
        if coded >= 7:
            nibble = min(coded - 7, 15)
            if half is None:
                half = len(out)
                out.append(nibble)
            else:
                out[half] |= nibble << 4
                half = None
            if nibble == 15:
                rest = coded - 22
                out += bytes([rest]) if rest < 255 else b"\xff" + (struct.pack("<H", coded) if coded < 65536 else struct.pack("<HI", 0, coded))
        at += length
    out[flags_at : flags_at + 4] = struct.pack("<I", (flags << (32 - count) | (1 << (32 - count)) - 1) & 0xFFFFFFFF)
    return bytes(out)


class Container:
    def __init__(self, folder, number, generation):
        self.number, self.generation = number, generation
        self.path = os.path.join(folder, "%08x.%08x.ccc" % (number, generation))
        self.bytes = bytearray(HEADER_BYTES)
        self.moved = {}

    def add(self, kind, number, digest, body, compression=PLAIN):
        at = len(self.bytes)
        head = struct.pack("<4sIIIHHIII", b"Ckhr", 0x01010303, number, len(body), *kind, 8, 8, 8)
        head += struct.pack("<II", compression, 2) if kind == DATA_CHUNK else bytes(24)
        head += digest + bytes(8)
        head += struct.pack("<Q", crc64(head))
        assert len(head) == (88 if kind == DATA_CHUNK else 104)
        self.bytes += head + body
        self.bytes += bytes(-len(self.bytes) % 8)
        return at

    def write(self):
        self.bytes[:56] = struct.pack("<4sIQIIIIQQII", b"Cthr", 0x01010303, 1, self.number, self.generation, 0, 0, len(self.bytes), 0, 0x4000, 0)
        moved = sorted(self.moved.items())
        table = struct.pack("<4sIIIII", b"Rrtl", 0x01010303, len(moved), 8, 0, 0)
        table += struct.pack("<Q", crc64(table)) + b"".join(struct.pack("<II", *entry) for entry in moved)
        for place in (0x3000, 0x4000):
            self.bytes[place : place + len(table)] = table
        with open(self.path, "wb") as file:
            file.write(self.bytes)


class Store:
    """All that is deduplicated on one volume; `close` writes the containers."""

    def __init__(self, root, chance):
        self.guid = uuid.UUID(bytes=chance.randbytes(16), version=4)
        folder = os.path.join(root, "System Volume Information", "Dedup", "ChunkStore", "{%s}.ddp" % str(self.guid).upper())
        for name in ("Data", "Hotspot", "Stream"):
            os.makedirs(os.path.join(folder, name))
        self.data = [Container(os.path.join(folder, "Data"), number, 1) for number in (1, 2)]
        self.maps = Container(os.path.join(folder, "Stream"), 0x10000, 1)
        self.known, self.number, self.map_number = {}, 0, 0

    def chunk(self, body, compress, container):
        digest = hashlib.sha512(body).digest()[:32]
        if digest not in self.known:
            packed = xpress(body) if compress else body
            isPacked = len(packed) < len(body)
            stored = packed if isPacked else body
            self.number += 1
            at = container.add(DATA_CHUNK, self.number, digest, stored, XPRESS if isPacked else PLAIN)
            self.known[digest] = (self.number, container.number, at, container.generation, len(stored))
        return digest, self.known[digest]

    def stream_map(self, bodies, begin, compress, moved):
        """The map of a part of a file, as its reference: all but where the part begins and ends. `moved`: all were elsewhere before."""
        entries, end = b"", begin
        for index, body in enumerate(bodies):
            end += len(body)
            data = self.data[index % 2]
            digest, (number, container, at, generation, stored) = self.chunk(body, compress, data)
            if moved and container == data.number:
                data.moved[number] = at
                at, generation = 24, 0
            entries += struct.pack("<IIIIQ32sII", number, container, at, generation, end, digest, stored, 0)
        body = b"Smap" + bytes([1, 4, 4, 1]) + entries
        digest = hashlib.sha512(body).digest()[:32]
        self.map_number += 1
        at = self.maps.add(MAP_CHUNK, self.map_number, digest, body)
        if moved:
            self.maps.moved[self.map_number] = at
            at = HEADER_BYTES
        return struct.pack("<IIIIIIII", self.map_number, self.maps.number, at, 0, 0, 0, len(body), 0) + digest, end

    def reparse(self, data, version, cuts, compress=True, moved=False):
        """Reparse data of a file with those bytes. `cuts`: how long its chunks are, by part."""
        at, parts = 0, []
        for lengths in cuts:
            bodies = []
            for length in lengths:
                bodies.append(data[at : at + length])
                at += length
            parts.append((sum(map(len, bodies)), bodies))
        assert at == len(data)
        begin, references = 0, []
        for length, bodies in parts:
            reference, end = self.stream_map(bodies, begin, compress, moved)
            references.append((reference, begin, end))
            begin = end
        if version == "1.2":
            assert len(references) == 1
            body = struct.pack("<BBHIQII16s16s", 1, 2, 124, 0, len(data), 0, 0, self.guid.bytes_le, bytes(16)) + references[0][0]
        else:
            blob = b"".join(reference[:48] + struct.pack("<QQ", end, begin) for reference, begin, end in references)
            body = struct.pack("<BBH4s", 2, 1, 152 + len(blob), b"FeRp") + bytes(68) + struct.pack("<HH", len(blob), 148) + bytes(36)
            body += self.guid.bytes_le + struct.pack("<QQ", 133_000_000_000_000_000, len(data)) + blob
        return body + struct.pack("<I", zlib.crc32(body))

    def close(self):
        for container in (*self.data, self.maps):
            container.write()
