using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;

// The PowerShell engine behind the switches of powershell.exe that Hostkeep uses, for machines that have none.
Environment.SetEnvironmentVariable("POWERSHELL_TELEMETRY_OPTOUT", "1");
var file = Array.IndexOf(args, "-File");
if (file < 0 || file + 1 >= args.Length)
{
    Console.Error.WriteLine("usage: hostkeep-test-powershell [-NoProfile] [-NonInteractive] [-ExecutionPolicy X] -File SCRIPT [ARGUMENT...]");
    return 64;
}
var modules = Path.Combine(AppContext.BaseDirectory, "modules");
var given = Environment.GetEnvironmentVariable("PSModulePath");
Environment.SetEnvironmentVariable("PSModulePath", string.IsNullOrEmpty(given) ? modules : given + Path.PathSeparator + modules);

var host = new ConsoleHost();
using var runspace = RunspaceFactory.CreateRunspace(host, InitialSessionState.CreateDefault2());
runspace.Open();
using var shell = PowerShell.Create();
shell.Runspace = runspace;
shell.AddCommand(args[file + 1]);
foreach (var argument in args[(file + 2)..]) shell.AddArgument(argument);
try
{
    foreach (var line in shell.Invoke()) Console.Out.WriteLine(line);
}
catch (RuntimeException error)
{
    Console.Error.WriteLine(error.ErrorRecord + Environment.NewLine + error.ErrorRecord?.ScriptStackTrace);
    return 1;
}
foreach (var error in shell.Streams.Error) Console.Error.WriteLine(error + Environment.NewLine + error.ScriptStackTrace);
return host.ExitCode;

/// <summary>A host without a user: it only keeps the exit code.</summary>
sealed class ConsoleHost : PSHost
{
    public int ExitCode { get; private set; }
    public override CultureInfo CurrentCulture => CultureInfo.InvariantCulture;
    public override CultureInfo CurrentUICulture => CultureInfo.InvariantCulture;
    public override Guid InstanceId { get; } = Guid.NewGuid();
    public override string Name => "ConsoleHost";
    public override PSHostUserInterface? UI => null;
    public override Version Version => new(7, 6, 9);
    public override void EnterNestedPrompt() => throw new NotSupportedException();
    public override void ExitNestedPrompt() => throw new NotSupportedException();
    public override void NotifyBeginApplication() { }
    public override void NotifyEndApplication() { }
    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;
}
