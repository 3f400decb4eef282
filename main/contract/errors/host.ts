import type { ErrorEntry } from './entry.ts';

/** What a hypervisor host can answer; shared by the real one and the lab. */
export const hostErrors = {
  'host/unreachable': {
    says: 'The host does not answer.',
    remedy: 'Check that the host is up and can be reached, then run again.',
  },
  'host/vm-not-found': { says: 'The host has no such VM.', remedy: 'List the VMs with `hostkeep vm list`.' },
  'host/vm-busy': { says: 'The VM is busy with another backup, migration or merge.', remedy: 'Run again when the VM is idle.' },
  'host/vm-critical': {
    says: 'The VM is in a critical state: its host has stopped it.',
    remedy: 'Free space on the volume of its disks, or repair its storage; then run again.',
  },
  'host/vss-writer-retryable': {
    says: 'A writer in the guest could not prepare in time.',
    remedy: 'Run again; if it keeps failing, restart the service behind the writer.',
  },
  'host/vss-writer-failed': {
    says: 'A writer in the guest failed.',
    remedy: 'Look at the application log of the guest, then restart the service behind the writer.',
  },
  'host/consistency-not-reached': {
    says: 'The guest could not be brought to the required consistency.',
    remedy: 'Repair the guest, or allow a lower consistency for this run.',
  },
  'host/checkpoint-failed': {
    says: 'The host could not make the checkpoint.',
    remedy: 'Check free space and the event log of the host.',
  },
  'host/checkpoint-gone': {
    says: 'Somebody else removed the checkpoint while its disks were read, so what was read is of no one moment and no restore point was kept.',
    remedy: 'Let no other backup product, console or script remove recovery checkpoints of this VM; then run the backup again.',
  },
  'host/merge-timeout': {
    says: 'The host did not merge the checkpoint in time.',
    remedy: 'Look at the disk chain of the VM; Hostkeep cleans up at the next start.',
  },
  'host/release-failed': {
    says: 'The host could not release the checkpoint.',
    remedy: 'Hostkeep cleans up at the next start; look at the disk chain of the VM.',
  },
  'host/residue': {
    says: 'Something of an earlier run is left on the host.',
    remedy:
      'Run `hostkeep host check`: the next run cleans up after runs of this console; what another console left goes by `--clean`.',
  },
  'host/ledger-damaged': {
    says: 'A file in which Hostkeep notes what it has open on the host is damaged.',
    remedy: 'Look with Get-VMSnapshot whether a recovery checkpoint of Hostkeep is left, remove it, then delete the file <file>.',
  },
  'host/file-locked': {
    says: 'A file of the VM is locked by another program of the host.',
    remedy:
      'Except the folders of the VMs from the antivirus of the host, and look whether another backup product is at work; then run again.',
  },
  'host/disk-read-failed': { says: 'A virtual disk could not be read.', remedy: 'Check the storage of the host.' },
  'host/powershell-missing': {
    says: 'PowerShell could not be started.',
    remedy: 'Windows PowerShell 5.1 comes with Windows; check that powershell.exe is on the PATH and allowed to run.',
  },
  'host/scripts-changed': {
    says: 'The scripts of Hostkeep are not those that were installed, so none of them was run.',
    remedy: 'Repair the installation, and find out who changed them.',
  },
  'host/script-failed': {
    says: 'A script on the host failed in a way it does not know.',
    remedy: 'Send the details to us: they name the script and the line.',
  },
  'host/timeout': { says: 'The host took too long; the operation was stopped there.', remedy: 'Look at the load of the host.' },
  'host/access-denied': {
    says: 'The account may not do this on the host.',
    remedy: 'Use an elevated account that is in the group Administrators of the host.',
  },
  'host/not-elevated': {
    says: 'Hostkeep runs without administrator rights.',
    remedy: 'Start it again with "Run as administrator".',
  },
  'host/hyper-v-missing': {
    says: 'The Hyper-V PowerShell module is missing on the host.',
    remedy:
      'On a server run: Install-WindowsFeature Hyper-V-PowerShell. On a client enable "Hyper-V Module for Windows PowerShell".',
  },
  'host/management-stopped': {
    says: 'The Hyper-V management service does not run.',
    remedy: 'On the host run: Start-Service vmms',
  },
  'host/path-unavailable': {
    says: 'This way of backing up does not exist on this host.',
    remedy: 'Choose the other path, or update the configuration version of the VM.',
  },
  'host/method-refused': {
    says: 'Hyper-V refused the request.',
    remedy: 'Look up the returned number in docs/hyper-v.md and read the VMMS event log.',
  },
  'host/job-failed': { says: 'A Hyper-V job failed.', remedy: 'Read the VMMS event log of the host around that time.' },
  'host/job-vanished': {
    says: 'A Hyper-V job disappeared before it was seen to end.',
    remedy: 'The host was restarted or its management service was; Hostkeep cleans up at the next start.',
  },
  'host/job-timeout': { says: 'A Hyper-V job did not end in time.', remedy: 'Look at the load of the host and run again.' },
  'host/chain-broken': {
    says: 'The chain of differencing disks is broken.',
    remedy: 'Never delete .avhdx files by hand; check each parent with Get-VHD.',
  },
  'host/disk-not-protected': {
    says: 'The VM has a disk that no checkpoint covers.',
    remedy: 'Pass-through, Fibre Channel and shared disks need a backup inside the guest, or leave them out knowingly.',
  },
  'host/vss-busy': {
    says: 'Another shadow copy is being made on the host.',
    remedy: 'Hostkeep waits and tries again; move the other backup to another time.',
  },
  'host/vss-provider-failed': {
    says: 'The shadow copy provider of the host failed.',
    remedy: 'Check `vssadmin list providers` and the Application event log for VSS events 8193 and 12289.',
  },
  'host/vss-storage-full': {
    says: 'There is no room for shadow copies on the host.',
    remedy: 'Enlarge the shadow storage of the volume: vssadmin resize shadowstorage',
  },
  'host/hyper-v-writer-missing': {
    says: 'The Hyper-V writer is not there.',
    remedy: 'It exists on Windows Server only and needs the service vmms; use checkpoints instead.',
  },
  'host/guest-unreachable': {
    says: 'The guest could not be asked through PowerShell Direct.',
    remedy: 'It needs a running Windows guest and valid guest credentials; the backup itself does not depend on it.',
  },
  'host/guest-credentials': {
    says: 'The guest does not accept the user name or password.',
    remedy:
      'Give them anew on the page Protect (Guest account) or with `hostkeep vm credential NAME --user USER`; the backup itself does not depend on it.',
  },
  'host/guest-closed': {
    says: 'Nothing leads into the guest: no credentials of it are known, and its guest service is off.',
    remedy:
      'Give credentials on the page Protect (Guest account) or with `hostkeep vm credential NAME --user USER`, or turn on the Guest services of the VM.',
  },
  'host/import-failed': {
    says: 'Hyper-V could not import the VM.',
    remedy: 'Run Compare-VM on the configuration file on the host; its incompatibilities tell what to change.',
  },
  'host/vm-exists': {
    says: 'A VM with this identity is already on the host.',
    remedy: 'Restore it beside the old one (--new-identity), or let it take the place of the old one (--replace-vm).',
  },
  'host/name-taken': {
    says: 'Another VM on the host has this name.',
    remedy: 'Choose another name with --name.',
  },
  'host/folder-taken': {
    says: 'The folder for the VM exists already on the host.',
    remedy: 'Choose another folder or another name; Hostkeep never writes into what is there.',
  },
  'host/no-space': { says: 'The volume on the host has too little free space.', remedy: 'Free space, or choose another volume.' },
  'host/has-checkpoints': {
    says: 'The VM has checkpoints, so its disk cannot be replaced.',
    remedy: 'Remove its checkpoints and wait for the merge, or restore the whole VM under a new identity.',
  },
  'host/vm-clustered': {
    says: 'The VM belongs to a cluster.',
    remedy: 'Remove it from the cluster first, or restore under a new identity.',
  },
  'host/grant-failed': {
    says: 'The VM could not be granted its disk file.',
    remedy: 'On the host run: icacls <file> /grant "NT VIRTUAL MACHINE\\<VM id>":F',
  },
  'host/restore-gone': {
    says: 'The host knows nothing of this restore any more.',
    remedy: 'Somebody has cleaned it up; begin again.',
  },
  'host/disk-not-found': { says: 'The VM has no such disk.', remedy: 'List its disks with `hostkeep vm list --json`.' },
  'host/recovery-gone': {
    says: 'The host knows nothing of this recovery any more.',
    remedy: 'Look with `hostkeep recover list`; somebody has finalised or discarded it.',
  },
  'host/recovery-busy': {
    says: 'Something else is being done with this recovery.',
    remedy: 'Look with `hostkeep recover list`, and try again when that is over.',
  },
  'host/initiator-disabled': {
    says: 'The iSCSI initiator service of the host is disabled.',
    remedy: 'On the host run as administrator: Set-Service MSiSCSI -StartupType Manual',
  },
  'host/initiator-missing': {
    says: 'The host has no iSCSI initiator.',
    remedy: 'On the host look at: Get-Service MSiSCSI; Get-InitiatorPort',
  },
  'host/target-unreachable': {
    says: 'The host cannot reach the address on which the disks are published.',
    remedy:
      'Give an address of this computer that the host reaches with --listen ADDR, and let its firewall admit the port: New-NetFirewallRule -DisplayName Hostkeep -Direction Inbound -Protocol TCP -LocalPort <port> -Action Allow',
  },
  'host/target-refused': {
    says: 'The publisher refused the login of the host.',
    remedy: 'The secret or the name of the initiator did not fit; look at the steps of the run, and begin again.',
  },
  'host/target-failed': {
    says: 'The iSCSI initiator of the host could not connect.',
    remedy:
      'Look up the number in the documentation of the iSCSI initiator (iscsierr.h), and at the System event log, source iScsiPrt.',
  },
  'host/target-disks-missing': {
    says: 'The published disks did not appear on the host.',
    remedy: 'On the host look at: Get-IscsiSession | Get-Disk; then begin again.',
  },
  'host/disk-busy': {
    says: 'A published disk could not be taken offline on the host.',
    remedy: 'On the host look at: Get-Disk; close what uses it, and begin again.',
  },
  'host/vm-start-failed': {
    says: 'The VM could not be started.',
    remedy: 'Look at the free memory of the host and at its Hyper-V-Worker event log.',
  },
  'host/guest-not-stopping': {
    says: 'The guest did not shut down.',
    remedy: 'Shut it down from within, or finalise with --turn-off; what is written so far is kept either way.',
  },
  'host/definition-missing': {
    says: 'The restore point does not hold what the VM is made from.',
    remedy: 'Restore its disks with `hostkeep restore-disk`, and attach them to a VM of your own.',
  },
  'host/vm-running': { says: 'The VM is running.', remedy: 'Shut it down first.' },
  'host/exists': { says: 'A host of this name is already known.', remedy: 'Remove it first, or choose another name.' },
  'host/not-known': { says: 'No host of this name is known.', remedy: 'List the hosts with `hostkeep host list`.' },
  'host/connection-refused': {
    says: 'The host does not accept PowerShell Remoting.',
    remedy: 'On the host run as administrator: Enable-PSRemoting -Force',
  },
  'host/connection-blocked': {
    says: 'The host cannot be reached over WinRM.',
    remedy: 'Check name and network; on the host run: Enable-NetFirewallRule -Name WINRM-HTTP-In-TCP',
  },
  'host/connection-untrusted': {
    says: 'This computer does not trust the host without a domain.',
    remedy: 'On this computer run as administrator: Set-Item WSMan:\\localhost\\Client\\TrustedHosts -Concatenate -Value <host>',
  },
  'host/connection-credentials': {
    says: 'The host does not accept the user name or password.',
    remedy: 'Add the host again with --credential; outside a domain write the user as HOST\\name.',
  },
  'host/connection-denied': {
    says: 'The account may not use PowerShell Remoting on the host.',
    remedy: 'On the host run: Add-LocalGroupMember -Group Administrators -Member <user>',
  },
  'host/connection-name': {
    says: 'No computer answers to this name.',
    remedy: 'Check the name with: Resolve-DnsName <host>',
  },
  'host/connection-kerberos': {
    says: 'The domain could not vouch for the host.',
    remedy: 'Use the full DNS name of the host, not its IP address; check the clocks of both computers.',
  },
  'host/share-denied': {
    says: 'The host refuses access to its disks over the share, though PowerShell may work.',
    remedy:
      'Use a domain account or the built-in Administrator of the host. Where it must be another local account, on the host run as administrator: reg add HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System /v LocalAccountTokenFilterPolicy /t REG_DWORD /d 1 /f',
  },
  'host/share-unreachable': {
    says: 'The host does not answer over file sharing (SMB, port 445), though PowerShell may work.',
    remedy:
      'On the host run as administrator: Enable-NetFirewallRule -Name FPS-SMB-In-TCP; then try: Test-NetConnection <host> -Port 445',
  },
  'host/share-missing': {
    says: 'The host has no such share.',
    remedy:
      'Administrative shares may be switched off: on the host look at Get-SmbShare, at AutoShareServer and AutoShareWks below HKLM\\SYSTEM\\CurrentControlSet\\Services\\LanmanServer\\Parameters; or run Hostkeep on the host itself.',
  },
  'host/share-credentials': {
    says: 'The host does not accept the user name or password for its shares.',
    remedy: 'Add the host again with --credential; outside a domain write the user as HOST\\name.',
  },
  'host/share-conflict': {
    says: 'This computer is connected to the host as somebody else.',
    remedy:
      'Windows allows one account per computer and logon. Look with: net use; end the other connection with: net use <share> /delete',
  },
  'host/share-failed': {
    says: 'The share of the host could not be opened.',
    remedy: 'On this computer, as the account that runs Hostkeep, try: Get-ChildItem <share>',
  },
  'host/connection-failed': {
    says: 'The connection to the host failed.',
    remedy: 'On this computer run: Test-WSMan -ComputerName <host>',
  },
} as const satisfies Record<string, ErrorEntry>;
