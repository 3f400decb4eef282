/** What is to be known of volumes, partition tables and volume groups, in German. */
import type { VolumeNoteId } from '#contract';

export const germanVolumeNotes: Readonly<Record<VolumeNoteId, string>> = {
  'gpt-backup-used': 'Die primäre Partitionstabelle ist beschädigt; benutzt wurde die Kopie am Ende des Datenträgers.',
  'gpt-backup-bad': 'Die Kopie der Partitionstabelle fehlt oder ist beschädigt; benutzt wurde die primäre.',
  'lvm-missing':
    '{{missing}} physische Datenträger der Gruppe sind nicht unter den Datenträgern dieses Wiederherstellungspunkts.',
  'ntfs-dirty': 'Das Volume ist als unsauber markiert: Windows prüft es beim nächsten Einbinden.',
  'ntfs-in-use':
    'Das Volume war in Gebrauch: Sein Journal ($LogFile) enthält vielleicht Änderungen, die noch nicht eingetragen sind. Dateien werden gelesen, wie sie auf dem Datenträger stehen.',
  'ntfs-log-damaged': 'Das Journal ($LogFile) ist beschädigt.',
  'ntfs-dirty-in-use':
    'Das Volume ist als unsauber markiert: Windows prüft es beim nächsten Einbinden. Das Volume war in Gebrauch: Sein Journal ($LogFile) enthält vielleicht Änderungen, die noch nicht eingetragen sind. Dateien werden gelesen, wie sie auf dem Datenträger stehen.',
  'ntfs-dirty-log-damaged':
    'Das Volume ist als unsauber markiert: Windows prüft es beim nächsten Einbinden. Das Journal ($LogFile) ist beschädigt.',
  'ext-errors': 'Das Dateisystem hat Fehler vermerkt: mit e2fsck prüfen.',
  'ext-in-use': 'Das Volume war in Gebrauch oder wurde nicht richtig ausgehängt.',
  'ext-replayed': 'Das Volume war in Gebrauch: Änderungen, die in seinem Journal warteten, wurden zum Lesen eingetragen.',
  'ext-unreadable': 'Das Journal ließ sich nicht lesen: Dateien werden ohne das gezeigt, was darin wartet.',
  'xfs-repair': 'Das Dateisystem verlangt nach xfs_repair.',
  'xfs-replayed': 'Das Volume war in Gebrauch: Änderungen, die in seinem Log warteten, wurden zum Lesen eingetragen.',
  'xfs-cut-off':
    'Das Volume war in Gebrauch, und sein Log ist beschädigt: Die letzten Änderungen, die darin warten, werden nicht gezeigt.',
  'xfs-too-large':
    'Das Volume war in Gebrauch: In seinem Log wartet mehr, als hier eingetragen werden kann; es wird nicht gezeigt.',
  'xfs-external': 'Das Log liegt auf einem anderen Gerät; was darin wartet, wird nicht gezeigt.',
  'xfs-unreadable': 'Das Log ließ sich nicht lesen: Dateien werden ohne das gezeigt, was darin wartet.',
  'btrfs-copy-used': 'Der Superblock ist beschädigt; benutzt wurde eine seiner Kopien.',
  'btrfs-replayed':
    'Das Volume war in Gebrauch: Was Programme in den letzten Sekunden dauerhaft schrieben und in seinem Log wartete, wurde zum Lesen eingetragen.',
  'btrfs-too-large':
    'Das Volume war in Gebrauch, und in seinem Log wartet mehr, als gelesen wird: Was Programme in den letzten Sekunden dauerhaft schrieben, wird nicht gezeigt.',
  'btrfs-unreadable':
    'Das Volume war in Gebrauch, und sein Log ließ sich nicht lesen: Was Programme in den letzten Sekunden dauerhaft schrieben, wird nicht gezeigt.',
  'btrfs-devices':
    'Eines von {{devices}} Geräten des Dateisystems: Dateien, die auf anderen liegen, lassen sich von hier nicht lesen.',
  'btrfs-subvolume': 'Der Gast zeigt das Subvolume {{path}} als dieses Volume.',
  'fat-errors': 'Das Dateisystem hat Fehler des Datenträgers vermerkt.',
  'fat-in-use': 'Das Volume war in Gebrauch oder wurde nicht richtig entfernt.',
  'boot-copy-used': 'Der Bootsektor ist beschädigt; benutzt wurde seine Kopie.',
  'exfat-medium': 'Das Volume hat Fehler seines Mediums vermerkt.',
  'exfat-in-use': 'Das Volume war in Gebrauch.',
};
