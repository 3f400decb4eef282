using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace HostkeepTestCmdlets;

[Cmdlet(VerbsData.ConvertFrom, "Json")]
public sealed class ConvertFromJsonCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)] public string InputObject { get; set; } = "";
    protected override void ProcessRecord()
    {
        try { WriteObject(ValueOf(JsonNode.Parse(InputObject))); }
        catch (JsonException error) { ThrowTerminatingError(new ErrorRecord(new ArgumentException(error.Message, error), "System.ArgumentException", ErrorCategory.InvalidArgument, InputObject)); }
    }
    static object? ValueOf(JsonNode? node) => node switch
    {
        null => null,
        JsonObject record => Record(record),
        JsonArray list => list.Select(ValueOf).ToArray(),
        JsonValue value => Scalar(value),
        _ => throw new NotSupportedException(),
    };
    static PSObject Record(JsonObject record)
    {
        var made = new PSObject();
        foreach (var (name, value) in record) made.Properties.Add(new PSNoteProperty(name, ValueOf(value)));
        return made;
    }
    static object? Scalar(JsonValue value) => value.GetValueKind() switch
    {
        JsonValueKind.String => value.GetValue<string>(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => value.TryGetValue<long>(out var whole) ? whole : value.GetValue<double>(),
    };
}

[Cmdlet(VerbsData.ConvertTo, "Json")]
public sealed class ConvertToJsonCommand : PSCmdlet
{
    readonly List<object?> input = [];
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true), AllowNull] public object? InputObject { get; set; }
    [Parameter] public int Depth { get; set; } = 2;
    [Parameter] public SwitchParameter Compress { get; set; }
    protected override void ProcessRecord() => input.Add(InputObject);
    protected override void EndProcessing() =>
        WriteObject(NodeOf(input.Count == 1 ? input[0] : input, Depth)?.ToJsonString() ?? "null");

    static JsonNode? NodeOf(object? value, int depth)
    {
        var plain = value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
        switch (plain)
        {
            case null: return null;
            case string text: return JsonValue.Create(text);
            case bool flag: return JsonValue.Create(flag);
            case Enum or sbyte or byte or short or ushort or int or uint or long: return JsonValue.Create(Convert.ToInt64(plain, CultureInfo.InvariantCulture));
            case ulong big: return JsonValue.Create(big);
            case float or double or decimal: return JsonValue.Create(Convert.ToDouble(plain, CultureInfo.InvariantCulture));
            case DateTime time: return JsonValue.Create(time.ToString("o", CultureInfo.InvariantCulture));
            case Guid or Version or char or Uri: return JsonValue.Create(plain.ToString());
        }
        if (depth < 0) return JsonValue.Create(LanguagePrimitives.ConvertTo<string>(value));
        if (plain is IDictionary map)
        {
            var record = new JsonObject();
            foreach (DictionaryEntry entry in map) record[entry.Key.ToString()!] = NodeOf(entry.Value, depth - 1);
            return record;
        }
        if (plain is IEnumerable list) return new JsonArray(list.Cast<object?>().Select(one => NodeOf(one, depth - 1)).ToArray());
        var made = new JsonObject();
        foreach (var property in PSObject.AsPSObject(value!).Properties) made[property.Name] = NodeOf(property.Value, depth - 1);
        return made;
    }
}
