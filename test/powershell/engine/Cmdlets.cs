using System.Collections;
using System.Management.Automation;

namespace HostkeepTestCmdlets;

// The commands of Microsoft.PowerShell.Utility that Hostkeep's scripts use: NuGet serves the engine without them.

[Cmdlet(VerbsCommunications.Write, "Output")]
public sealed class WriteOutputCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromRemainingArguments = true)]
    [AllowNull, AllowEmptyCollection]
    public PSObject[]? InputObject { get; set; }
    [Parameter] public SwitchParameter NoEnumerate { get; set; }
    protected override void ProcessRecord() => WriteObject(InputObject is { Length: 1 } ? InputObject[0] : InputObject, !NoEnumerate);
}

[Cmdlet(VerbsCommunications.Write, "Warning")]
public sealed class WriteWarningCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)] public string Message { get; set; } = "";
    protected override void ProcessRecord() => WriteWarning(Message);
}

[Cmdlet(VerbsCommunications.Write, "Error", DefaultParameterSetName = "NoException")]
public sealed class WriteErrorCommand : PSCmdlet
{
    [Parameter(ParameterSetName = "ErrorRecord", Mandatory = true)] public ErrorRecord? ErrorRecord { get; set; }
    [Parameter(ParameterSetName = "Exception", Mandatory = true)] public Exception? Exception { get; set; }
    [Parameter(Position = 0, ParameterSetName = "NoException", Mandatory = true)]
    [Parameter(ParameterSetName = "Exception")] public string? Message { get; set; }
    [Parameter(ParameterSetName = "NoException")]
    [Parameter(ParameterSetName = "Exception")] public string ErrorId { get; set; } = "Microsoft.PowerShell.Commands.WriteErrorException";
    [Parameter(ParameterSetName = "NoException")]
    [Parameter(ParameterSetName = "Exception")] public ErrorCategory Category { get; set; }
    [Parameter(ParameterSetName = "NoException")]
    [Parameter(ParameterSetName = "Exception")] public object? TargetObject { get; set; }
    protected override void ProcessRecord() =>
        WriteError(ErrorRecord ?? new ErrorRecord(Exception ?? new RuntimeException(Message), ErrorId, Category, TargetObject));
}

[Cmdlet(VerbsLifecycle.Start, "Sleep")]
public sealed class StartSleepCommand : PSCmdlet
{
    readonly ManualResetEvent stopped = new(false);
    [Parameter(Position = 0, ParameterSetName = "Seconds", Mandatory = true)] public double Seconds { get; set; }
    [Parameter(ParameterSetName = "Milliseconds", Mandatory = true)] public int Milliseconds { get; set; }
    protected override void ProcessRecord() =>
        stopped.WaitOne(ParameterSetName == "Seconds" ? TimeSpan.FromSeconds(Seconds) : TimeSpan.FromMilliseconds(Milliseconds));
    protected override void StopProcessing() => stopped.Set();
}

[Cmdlet(VerbsCommon.New, "Object")]
public sealed class NewObjectCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true)] public string TypeName { get; set; } = "";
    [Parameter(Position = 1)] public object[] ArgumentList { get; set; } = [];
    [Parameter] public IDictionary? Property { get; set; }
    protected override void ProcessRecord()
    {
        var made = TypeName is "psobject" or "PSObject" or "PSCustomObject" ? new PSObject() : Make();
        foreach (DictionaryEntry entry in Property ?? new Hashtable())
        {
            if (made.Properties[entry.Key.ToString()!] is { } known) known.Value = entry.Value;
            else made.Properties.Add(new PSNoteProperty(entry.Key.ToString()!, entry.Value));
        }
        WriteObject(made);
    }
    PSObject Make()
    {
        var type = LanguagePrimitives.ConvertTo<Type>(TypeName);
        return PSObject.AsPSObject(Activator.CreateInstance(type, ArgumentList.Select(one => one is PSObject wrapped ? wrapped.BaseObject : one).ToArray()));
    }
}

[Cmdlet(VerbsCommon.Select, "Object")]
public sealed class SelectObjectCommand : PSCmdlet
{
    readonly List<PSObject> kept = [];
    [Parameter(ValueFromPipeline = true)] public PSObject? InputObject { get; set; }
    [Parameter(Position = 0)] public string[]? Property { get; set; }
    [Parameter] public string? ExpandProperty { get; set; }
    [Parameter] public int First { get; set; } = -1;
    [Parameter] public int Last { get; set; } = -1;
    [Parameter] public SwitchParameter Unique { get; set; }
    protected override void ProcessRecord() { if (InputObject is not null) kept.Add(InputObject); }
    protected override void EndProcessing()
    {
        IEnumerable<PSObject> chosen = kept;
        if (First >= 0) chosen = chosen.Take(First);
        if (Last >= 0) chosen = chosen.TakeLast(Last);
        if (ExpandProperty is not null)
            chosen = chosen.SelectMany(one => LanguagePrimitives.GetEnumerable(one.Properties[ExpandProperty]?.Value) is { } many
                ? many.Cast<object>().Select(PSObject.AsPSObject)
                : [PSObject.AsPSObject(one.Properties[ExpandProperty]!.Value)]);
        else if (Property is not null) chosen = chosen.Select(Narrowed);
        if (Unique) chosen = chosen.DistinctBy(one => one.ToString());
        WriteObject(chosen.ToArray(), true);
    }
    PSObject Narrowed(PSObject one)
    {
        var made = new PSObject();
        foreach (var name in Property!) made.Properties.Add(new PSNoteProperty(name, one.Properties[name]?.Value));
        return made;
    }
}

[Cmdlet("Sort", "Object")]
public sealed class SortObjectCommand : PSCmdlet
{
    readonly List<PSObject> kept = [];
    [Parameter(ValueFromPipeline = true)] public PSObject? InputObject { get; set; }
    [Parameter(Position = 0)] public string[]? Property { get; set; }
    [Parameter] public SwitchParameter Descending { get; set; }
    [Parameter] public SwitchParameter Unique { get; set; }
    protected override void ProcessRecord() { if (InputObject is not null) kept.Add(InputObject); }
    protected override void EndProcessing()
    {
        var sorted = kept.OrderBy(one => KeysOf(one), Comparer<object?[]>.Create(Compare)).ToList();
        if (Descending) sorted.Reverse();
        for (var at = 0; at < sorted.Count; at++)
            if (!Unique || at == 0 || Compare(KeysOf(sorted[at]), KeysOf(sorted[at - 1])) != 0) WriteObject(sorted[at]);
    }
    object?[] KeysOf(PSObject one) => Property is null ? [one.BaseObject] : Property.Select(name => one.Properties[name]?.Value).ToArray();
    static int Compare(object?[] left, object?[] right) =>
        left.Zip(right, (a, b) => LanguagePrimitives.Compare(a, b, true)).FirstOrDefault(order => order != 0);
}

[Cmdlet(VerbsCommon.Add, "Member")]
public sealed class AddMemberCommand : PSCmdlet
{
    [Parameter(ValueFromPipeline = true, Mandatory = true)] public PSObject? InputObject { get; set; }
    [Parameter(Position = 0)] public string MemberType { get; set; } = "NoteProperty";
    [Parameter(Position = 1, Mandatory = true)] public string Name { get; set; } = "";
    [Parameter(Position = 2)] public object? Value { get; set; }
    [Parameter] public SwitchParameter Force { get; set; }
    [Parameter] public SwitchParameter PassThru { get; set; }
    protected override void ProcessRecord()
    {
        if (Force && InputObject!.Members[Name] is not null) InputObject.Members.Remove(Name);
        PSMemberInfo member = MemberType switch
        {
            "NoteProperty" => new PSNoteProperty(Name, Value),
            "ScriptMethod" => new PSScriptMethod(Name, (ScriptBlock)Value!),
            _ => throw new PSNotSupportedException(MemberType),
        };
        InputObject!.Members.Add(member);
        if (PassThru) WriteObject(InputObject);
    }
}

[Cmdlet(VerbsCommunications.Write, "Information")]
public sealed class WriteInformationCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true)] public object MessageData { get; set; } = "";
    protected override void ProcessRecord() => WriteInformation(new InformationRecord(MessageData, MyInvocation.ScriptName));
}
