"""Makes a small NTFS volume's file table grow into scattered holes: ntfs-fragment.py ROOT COUNT

The volume is filled with files, every other one is removed, and then files come that need nothing but records.
"""
import os, sys

root, count = sys.argv[1], int(sys.argv[2])
os.mkdir(os.path.join(root, "big"))
written = 0
try:
    while True:
        with open(os.path.join(root, "big", f"{written}.bin"), "wb") as file:
            file.write((b"%d " % written) * 1000)
        written += 1
except OSError:
    pass
for number in range(0, written, 2):
    os.unlink(os.path.join(root, "big", f"{number}.bin"))
os.mkdir(os.path.join(root, "small"))
for number in range(count):
    with open(os.path.join(root, "small", f"{number}.txt"), "wb") as file:
        file.write(b"small %d" % number)
