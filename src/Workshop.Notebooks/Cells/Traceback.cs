using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Workshop.Notebooks;

/// <summary>Writes an exception so that it points to cells and lines, and is the same on every machine.</summary>
internal static class Traceback
{
    private const int FramesShown = 30;
    private const int InnerShown = 8;
    private const int LinesShown = 300;
    private const int MessageShown = 20_000;

    public static CellError Describe(Exception exception)
    {
        var lines = new List<string>();
        Add(lines, exception, "", 0);
        if (lines.Count > LinesShown)
            lines = [.. lines.Take(LinesShown), $"... ({lines.Count - LinesShown} more lines)"];
        return new CellError(NameOf(exception), MessageOf(exception), lines);
    }

    /// <summary>The exception's name, message and places, as text.</summary>
    public static string Text(Exception exception) => string.Join('\n', Describe(exception).Traceback);

    private static void Add(List<string> lines, Exception exception, string indent, int depth)
    {
        if (lines.Count > LinesShown)
            return;
        var message = exception is AggregateException aggregate ? WithoutInnerMessages(aggregate) : MessageOf(exception);
        lines.AddRange($"{NameOf(exception)}: {message}".ReplaceLineEndings("\n").Split('\n').Select(line => indent + line));
        var frames = new StackTrace(exception, fNeedFileInfo: true).GetFrames().Select(Describe).OfType<string>().ToList();
        lines.AddRange(frames.Take(FramesShown).Select(frame => $"{indent}   at {frame}"));
        if (frames.Count > FramesShown)
            lines.Add($"{indent}   ... ({frames.Count - FramesShown} more)");

        List<Exception> inner = exception is AggregateException several ? [.. several.InnerExceptions]
            : exception.InnerException is { } one ? [one] : [];
        if (inner.Count > 0 && depth >= InnerShown)
        {
            lines.Add($"{indent} ---> ... (more inside)");
            return;
        }
        for (var i = 0; i < Math.Min(inner.Count, InnerShown); i++)
        {
            lines.Add(inner.Count == 1 ? $"{indent} ---> inner exception:" : $"{indent} ---> inner exception {i + 1} of {inner.Count}:");
            Add(lines, inner[i], indent + "      ", depth + 1);
        }
    }

    // A class of a cell's own may throw here too, or give nothing.
    private static string MessageOf(Exception exception)
    {
        string? message;
        try
        {
            message = exception.Message;
        }
        catch (Exception second) when (!PlainText.MustPass(second))
        {
            return $"(its message threw {CSharpTypeName.Of(second.GetType())})";
        }
        return message switch
        {
            null => "(no message)",
            { Length: > MessageShown } => $"{message.AsSpan(0, MessageShown)}... ({message.Length - MessageShown} more characters)",
            _ => message,
        };
    }

    private static string NameOf(Exception exception) => CSharpTypeName.Of(exception.GetType());

    // AggregateException.Message repeats what is shown below it: "One or more errors occurred. (first) (second)".
    private static string WithoutInnerMessages(AggregateException aggregate)
    {
        var message = MessageOf(aggregate);
        foreach (var inner in aggregate.InnerExceptions.Reverse())
        {
            var tail = $" ({MessageOf(inner)})";
            if (message.EndsWith(tail, StringComparison.Ordinal))
                message = message[..^tail.Length];
        }
        return message;
    }

    private static string? Describe(StackFrame frame)
    {
        if (frame.GetMethod() is not { } method || IsPlumbing(method))
            return null;
        var name = NameOf(method);
        // Of files and lines that are not the notebook's nothing is shown: they are of this machine.
        var file = Path.GetFileName(frame.GetFileName());
        if (file is null && name.Length == 0)
            return method.Module.ScopeName; // the throw of an overflow check, for one, belongs to no line
        if (file is null || (!file.StartsWith("cell ", StringComparison.Ordinal) && !file.EndsWith(".csx", StringComparison.OrdinalIgnoreCase)))
            return name;
        var place = $"{file}, line {frame.GetFileLineNumber()}";
        return name.Length == 0 ? place : $"{name} in {place}";
    }

    // What stands between a throw and the code that awaited it, this engine itself, and what is not public in .NET: the latter changes with every patch of it.
    private static bool IsPlumbing(MethodBase method)
    {
        var type = method.DeclaringType;
        return type is null
            || type.Assembly == typeof(Traceback).Assembly
            || (!(type.IsVisible && method is { IsPublic: true } or { IsFamily: true }) && FrameworkReferences.Contains(type.Assembly.GetName().Name!))
            || method.IsDefined(typeof(StackTraceHiddenAttribute), inherit: false)
            || type.IsDefined(typeof(StackTraceHiddenAttribute), inherit: false)
            || type.FullName is "System.Runtime.ExceptionServices.ExceptionDispatchInfo"
            || type.FullName!.StartsWith("System.Runtime.CompilerServices.", StringComparison.Ordinal)
            || type.FullName.StartsWith("System.Threading.Tasks.Task", StringComparison.Ordinal)
            || type.FullName.StartsWith("System.Threading.ExecutionContext", StringComparison.Ordinal)
            || (type.Name == "Script" && method.Name == "<Factory>");
    }

    // The empty name is a cell's own top level.
    private static string NameOf(MethodBase method)
    {
        var type = method.DeclaringType!;
        var name = method.Name;
        // async and iterator methods run in a class of their own: <Fetch>d__3.MoveNext is Fetch.
        if (name == "MoveNext" && type.DeclaringType is { } owner && typeof(IAsyncStateMachine).IsAssignableFrom(type) || name == "MoveNext" && type.Name.StartsWith('<'))
        {
            name = Between(type.Name);
            type = type.DeclaringType ?? type;
        }
        name = Readable(name);
        while (type.DeclaringType is not null && type.Name.StartsWith('<'))
            type = type.DeclaringType;
        if (type is { Name: "Script", DeclaringType: null })
            return name is "<Initialize>" or ".ctor" ? "" : name + "()";
        var typeName = CSharpTypeName.Of(type.IsConstructedGenericType ? type.GetGenericTypeDefinition() : type);
        return name is ".ctor" ? $"new {typeName}()" : name is ".cctor" ? $"static {typeName}()" : $"{typeName}.{name}()";
    }

    // <<Initialize>>d__0 -> <Initialize>, <Fetch>d__3 -> Fetch
    private static string Between(string name)
    {
        var end = name.LastIndexOf('>');
        return end > 1 ? name[1..end] : name;
    }

    // <Fetch>b__0 is a lambda in Fetch, <Fetch>g__Retry|0_1 a local function, <<Initialize>>b__0_0 a lambda at the top level.
    private static string Readable(string name)
    {
        if (!name.StartsWith('<') || name == "<Initialize>")
            return name;
        var outer = Between(name);
        var tail = name[(name.LastIndexOf('>') + 1)..];
        if (tail.StartsWith("g__", StringComparison.Ordinal))
            return tail[3..].Split('|')[0];
        if (!tail.StartsWith("b__", StringComparison.Ordinal))
            return outer;
        return outer is "<Initialize>" or ".ctor" ? "lambda" : $"{Readable(outer)}.lambda";
    }
}
