import type { German } from './german.ts';

/** Verbindung zum Host: PowerShell-Remoting und Freigaben. */
export const hostConnectionGerman = {
  'host/connection-refused': [
    'Der Host nimmt kein PowerShell-Remoting an.',
    'Auf dem Host als Administrator: Enable-PSRemoting -Force',
  ],
  'host/connection-blocked': [
    'Der Host ist über WinRM nicht erreichbar.',
    'Prüfen Sie Name und Netz; auf dem Host: Enable-NetFirewallRule -Name WINRM-HTTP-In-TCP',
  ],
  'host/connection-untrusted': [
    'Dieser Computer vertraut dem Host ohne Domäne nicht.',
    'Auf diesem Computer als Administrator: Set-Item WSMan:\\localhost\\Client\\TrustedHosts -Concatenate -Value <host>',
  ],
  'host/connection-credentials': [
    'Der Host nimmt Benutzernamen oder Kennwort nicht an.',
    'Fügen Sie den Host neu hinzu; schreiben Sie den Benutzer außerhalb einer Domäne als HOST\\Name.',
  ],
  'host/connection-denied': [
    'Das Konto darf auf dem Host kein PowerShell-Remoting nutzen.',
    'Auf dem Host: Add-LocalGroupMember -Group Administrators -Member <user>',
  ],
  'host/connection-name': ['Auf diesen Namen antwortet kein Computer.', 'Prüfen Sie den Namen: Resolve-DnsName <host>'],
  'host/connection-kerberos': [
    'Die Domäne konnte sich nicht für den Host verbürgen.',
    'Verwenden Sie den vollen DNS-Namen des Hosts statt seiner IP-Adresse; prüfen Sie die Uhren beider Computer.',
  ],
  'host/connection-failed': ['Die Verbindung zum Host ist gescheitert.', 'Auf diesem Computer: Test-WSMan -ComputerName <host>'],
  'host/share-denied': [
    'Der Host verweigert den Zugriff auf seine Datenträger über die Freigabe, auch wenn PowerShell gelingt.',
    'Verwenden Sie ein Domänenkonto oder den eingebauten Administrator des Hosts. Muss es ein anderes lokales Konto sein, auf dem Host als Administrator: reg add HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System /v LocalAccountTokenFilterPolicy /t REG_DWORD /d 1 /f',
  ],
  'host/share-unreachable': [
    'Der Host antwortet nicht über die Dateifreigabe (SMB, Port 445), auch wenn PowerShell gelingt.',
    'Auf dem Host als Administrator: Enable-NetFirewallRule -Name FPS-SMB-In-TCP; dann: Test-NetConnection <host> -Port 445',
  ],
  'host/share-missing': [
    'Der Host hat keine solche Freigabe.',
    'Administrative Freigaben sind vielleicht abgeschaltet: Sehen Sie auf dem Host Get-SmbShare an, und AutoShareServer und AutoShareWks unter HKLM\\SYSTEM\\CurrentControlSet\\Services\\LanmanServer\\Parameters; oder führen Sie Hostkeep auf dem Host selbst aus.',
  ],
  'host/share-credentials': [
    'Der Host nimmt Benutzernamen oder Kennwort für seine Freigaben nicht an.',
    'Fügen Sie den Host neu hinzu; schreiben Sie den Benutzer außerhalb einer Domäne als HOST\\Name.',
  ],
  'host/share-conflict': [
    'Dieser Computer ist mit dem Host schon als jemand anderes verbunden.',
    'Windows erlaubt je Computer und Anmeldung ein Konto. Sehen Sie nach: net use; beenden Sie die andere Verbindung: net use <share> /delete',
  ],
  'host/share-failed': [
    'Die Freigabe des Hosts ließ sich nicht öffnen.',
    'Auf diesem Computer, als das Konto, das Hostkeep ausführt: Get-ChildItem <share>',
  ],
} as const satisfies German;
