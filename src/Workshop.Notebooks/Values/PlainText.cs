using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Workshop.Notebooks;

/// <summary>Writes a value as C# would: <c>[1, 2, 3]</c>, <c>Point { X = 1, Y = 2 }</c>; bounded, whatever the value.</summary>
internal sealed class PlainText
{
    private const int ItemsShown = 20;
    private const int DepthShown = 4;
    private const int MembersShown = 30;
    private const int LengthShown = 100_000;

    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly StringBuilder _text = new();
    private readonly HashSet<object> _open = new(ReferenceEqualityComparer.Instance);

    /// <summary>The text of a value on its own: a string is itself, without quotes.</summary>
    public static string Of(object? value)
    {
        var text = value switch
        {
            string s => s,
            char c => c.ToString(),
            Exception exception => Traceback.Text(exception),
            _ => Nested(value),
        };
        return text.Length <= LengthShown ? text : $"{text.AsSpan(0, LengthShown)}... ({text.Length - LengthShown} more characters)";
    }

    /// <summary>The text of a value within another: strings in quotes.</summary>
    public static string Nested(object? value)
    {
        var writer = new PlainText();
        writer.Write(value, 0);
        return writer._text.ToString();
    }

    /// <summary>How many items a collection says it has, or <c>null</c> when only counting would tell.</summary>
    public static int? CountOf(IEnumerable items) =>
        items is ICollection collection ? collection.Count
        // By the interface: the type's own Count may be explicit, as in ExpandoObject.
        : (int?)items.GetType().GetInterfaces()
            .FirstOrDefault(i => i.IsGenericType && (i.GetGenericTypeDefinition() == typeof(ICollection<>) || i.GetGenericTypeDefinition() == typeof(IReadOnlyCollection<>)))
            ?.GetProperty("Count")!.GetValue(items);

    /// <summary>What stands behind the items that are shown.</summary>
    public static string More(int? count, int shown) => count is { } total ? $"... ({total - shown} more)" : "... (more)";

    /// <summary>A key and its value, when <paramref name="item"/> is such a pair.</summary>
    public static bool IsPair(object? item, out object? key, out object? value)
    {
        (key, value) = (null, null);
        switch (item)
        {
            case DictionaryEntry entry:
                (key, value) = (entry.Key, entry.Value);
                return true;
            case not null when item.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>):
                key = type.GetProperty("Key")!.GetValue(item);
                value = type.GetProperty("Value")!.GetValue(item);
                return true;
            default:
                return false;
        }
    }

    private void Write(object? value, int depth)
    {
        if (_text.Length > LengthShown)
            return;
        switch (value)
        {
            case null:
                _text.Append("null");
                return;
            case string s:
                Quote(s, '"');
                return;
            case char c:
                Quote(c.ToString(), '\'');
                return;
            case bool b:
                _text.Append(b ? "true" : "false");
                return;
            case DateTime or DateTimeOffset:
                _text.Append(DateText((IFormattable)value));
                return;
            case DateOnly date:
                _text.Append(date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                return;
            case TimeOnly time:
                _text.Append(time.ToString("HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture));
                return;
            case Type type:
                _text.Append(CSharpTypeName.Of(type));
                return;
            case Delegate function:
                _text.Append(NameOf(function));
                return;
            case JsonNode or JsonElement or JsonDocument:
                _text.Append(JsonText(value));
                return;
            case Task task:
                _text.Append(TaskText(task));
                return;
            case Exception exception:
                _text.Append($"{CSharpTypeName.Of(exception.GetType())}: {exception.Message}");
                return;
            case ObjectMembers.Unreadable:
                _text.Append(value);
                return;
        }
        if (!value.GetType().IsValueType && !_open.Add(value))
        {
            _text.Append("(cycle)");
            return;
        }
        WriteComposite(value, depth);
        _open.Remove(value);
    }

    private void WriteComposite(object value, int depth)
    {
        var deep = depth >= DepthShown;
        switch (value)
        {
            case ITuple tuple:
                WriteItems('(', Enumerable.Range(0, tuple.Length).Select(i => tuple[i]), tuple.Length, ')', depth);
                break;
            case IEnumerable items when value is not IFormattable:
                if (deep)
                    _text.Append(items is IDictionary ? "{ ... }" : "[...]");
                else
                    WriteEnumerable(items, depth);
                break;
            default:
                if (ObjectMembers.Of(value.GetType()) is { } members)
                    WriteMembers(value, members, deep, depth);
                else
                    _text.Append(ToStringOf(value));
                break;
        }
    }

    private void WriteEnumerable(IEnumerable items, int depth)
    {
        if (items is IDictionary || IsDictionary(items.GetType()))
            WriteItems('{', ItemsOf(items), CountOf(items), '}', depth);
        else
            WriteItems('[', ItemsOf(items), CountOf(items), ']', depth);
    }

    // A sequence that throws half way shows what came before, and that it threw.
    private static IEnumerable<object?> ItemsOf(IEnumerable items)
    {
        IEnumerator? enumerator = null;
        try
        {
            while (true)
            {
                object? item;
                try
                {
                    enumerator ??= items.GetEnumerator();
                    if (!enumerator.MoveNext())
                        yield break;
                    item = enumerator.Current;
                }
                catch (Exception exception) when (!MustPass(exception))
                {
                    item = new ObjectMembers.Unreadable(exception);
                }
                yield return item;
                if (item is ObjectMembers.Unreadable)
                    yield break;
            }
        }
        finally
        {
            (enumerator as IDisposable)?.Dispose();
        }
    }

    private void WriteItems(char open, IEnumerable<object?> items, int? count, char close, int depth)
    {
        _text.Append(open);
        var padding = open == '{' ? " " : "";
        var shown = 0;
        foreach (var item in items)
        {
            _text.Append(shown == 0 ? padding : ", ");
            if (shown == ItemsShown)
            {
                _text.Append(More(count, shown));
                break;
            }
            shown++;
            if (open == '{' && IsPair(item, out var key, out var value))
            {
                _text.Append('[');
                Write(key, depth + 1);
                _text.Append("] = ");
                Write(value, depth + 1);
            }
            else
            {
                Write(item, depth + 1);
            }
        }
        _text.Append(shown == 0 ? "" : padding).Append(close);
    }

    private void WriteMembers(object value, ObjectMembers members, bool deep, int depth)
    {
        if (!members.IsAnonymous)
            _text.Append(CSharpTypeName.Of(value.GetType())).Append(members.Count == 0 ? "" : " ");
        if (members.Count == 0)
            return;
        if (deep)
        {
            _text.Append("{ ... }");
            return;
        }
        var shown = 0;
        foreach (var (name, member) in members.Read(value))
        {
            _text.Append(shown == 0 ? "{ " : ", ");
            if (shown++ == MembersShown)
            {
                _text.Append(More(members.Count, MembersShown));
                break;
            }
            _text.Append(name).Append(" = ");
            Write(member, depth + 1);
        }
        _text.Append(" }");
    }

    private static bool IsDictionary(Type type) => type.GetInterfaces().Any(i => i.IsGenericType
        && (i.GetGenericTypeDefinition() == typeof(IDictionary<,>) || i.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>)));

    private static string ToStringOf(object value)
    {
        if (value.GetType().Name.StartsWith('<') && Array.Find(value.GetType().GetInterfaces(), i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>)) is { } sequence)
            return CSharpTypeName.Of(sequence);
        try
        {
            return (value is IFormattable formattable ? formattable.ToString(null, CultureInfo.InvariantCulture) : value.ToString()) ?? "null";
        }
        catch (Exception exception) when (!MustPass(exception))
        {
            return $"<{CSharpTypeName.Of(value.GetType())}.ToString threw {CSharpTypeName.Of(exception.GetType())}>";
        }
    }

    /// <summary>Whether the exception ends the cell itself, so that nobody may put a text in its place.</summary>
    internal static bool MustPass(Exception exception) =>
        exception is ThreadInterruptedException or OutOfMemoryException
        || (exception is OperationCanceledException && CellExecution.Current?.Stopping.IsCancellationRequested == true);

    private static string DateText(IFormattable date)
    {
        var time = date is DateTime local ? local.TimeOfDay : ((DateTimeOffset)date).TimeOfDay;
        var offset = date is DateTime { Kind: not DateTimeKind.Unspecified } or DateTimeOffset ? "K" : "";
        return date.ToString(time == TimeSpan.Zero && offset.Length == 0 ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss.FFFFFFF" + offset, CultureInfo.InvariantCulture);
    }

    // "var add = (int a, int b = 10) => a + b" is of a type that only the compiler can name.
    private static string NameOf(Delegate function)
    {
        var type = function.GetType();
        if (!type.Name.StartsWith('<'))
            return CSharpTypeName.Of(type);
        var invoke = type.GetMethod("Invoke")!;
        return $"delegate {CSharpTypeName.Of(invoke.ReturnType)}({string.Join(", ", invoke.GetParameters().Select(parameter => CSharpTypeName.Of(parameter.ParameterType)))})";
    }

    private static string JsonText(object json) => JsonSerializer.Serialize(json is JsonDocument document ? document.RootElement : json, s_json);

    // The type a task has at run time is the compiler's own business: AsyncStateMachineBox<...>.
    private static string TaskText(Task task)
    {
        var type = task.GetType();
        while (type is { IsPublic: false, BaseType: not null })
            type = type.BaseType;
        var name = type.IsGenericType && type.GetGenericArguments()[0].Name == "VoidTaskResult" ? "Task" : CSharpTypeName.Of(type);
        return $"{name} ({task.Status})";
    }

    private void Quote(string text, char quote)
    {
        _text.Append(quote);
        foreach (var c in text.Length > LengthShown ? text.AsSpan(0, LengthShown) : text)
        {
            _ = c switch
            {
                '\n' => _text.Append("\\n"),
                '\r' => _text.Append("\\r"),
                '\t' => _text.Append("\\t"),
                '\0' => _text.Append("\\0"),
                '\\' => _text.Append("\\\\"),
                _ when c == quote => _text.Append('\\').Append(c),
                _ when char.IsControl(c) => _text.Append($"\\u{(int)c:x4}"),
                _ => _text.Append(c),
            };
        }
        _text.Append(quote);
    }
}
