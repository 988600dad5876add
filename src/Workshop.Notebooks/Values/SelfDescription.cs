using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;

namespace Workshop.Notebooks;

/// <summary>
/// How a type describes itself by .NET Interactive's convention: an attribute named <c>TypeFormatterSourceAttribute</c>, of any
/// namespace, names a class whose <c>CreateTypeFormatters()</c> returns formatters with <c>MimeType</c> and <c>Format</c>.
/// </summary>
/// <remarks>The convention is one of names, so a type that follows it references no notebook engine at all.</remarks>
internal sealed class SelfDescription
{
    private const string AttributeName = "TypeFormatterSourceAttribute";

    private static readonly ConcurrentDictionary<Type, SelfDescription?> s_known = new();

    private readonly List<(string MimeType, Func<object, TextWriter, bool> Format)> _formatters = [];
    private readonly string? _fault;

    private SelfDescription(Type sourceType)
    {
        try
        {
            var source = Activator.CreateInstance(sourceType, nonPublic: true)!;
            var create = sourceType.GetMethod("CreateTypeFormatters", BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, Type.EmptyTypes)
                ?? throw new MissingMethodException(sourceType.Name, "CreateTypeFormatters");
            foreach (var formatter in (IEnumerable)create.Invoke(source, null)!)
                _formatters.Add(Bind(formatter));
        }
        catch (Exception exception) when (!PlainText.MustPass(exception))
        {
            _fault = $"{CSharpTypeName.Of(sourceType)} does not work as a formatter source: {Innermost(exception).Message}";
        }
    }

    /// <summary>The description of <paramref name="type"/>, or <c>null</c> when it has none.</summary>
    public static SelfDescription? Of(Type type) => s_known.GetOrAdd(type, static type =>
    {
        var attribute = Array.Find(type.GetCustomAttributes(inherit: true), attribute => attribute.GetType().Name == AttributeName);
        return attribute?.GetType().GetProperty("FormatterSourceType")?.GetValue(attribute) is Type source ? new SelfDescription(source) : null;
    });

    /// <summary>All forms that the formatters give, and what went wrong with those that gave none.</summary>
    public (Dictionary<string, string> Forms, List<string> Faults) Format(object value)
    {
        var forms = new Dictionary<string, string>(StringComparer.Ordinal);
        List<string> faults = _fault is null ? [] : [_fault];
        foreach (var (mimeType, format) in _formatters)
        {
            using var writer = new StringWriter { NewLine = "\n" };
            try
            {
                if (format(value, writer))
                {
                    var form = writer.ToString();
                    _ = new MimeBundle("", KeyValuePair.Create(mimeType, form)); // A JSON form that is not JSON is a fault of the formatter.
                    forms.TryAdd(mimeType, form);
                }
            }
            catch (Exception exception) when (!PlainText.MustPass(Innermost(exception)))
            {
                var cause = Innermost(exception);
                faults.Add($"The {mimeType} formatter of {CSharpTypeName.Of(value.GetType())} threw {CSharpTypeName.Of(cause.GetType())}: {cause.Message}");
            }
        }
        return (forms, faults);
    }

    private static (string MimeType, Func<object, TextWriter, bool> Format) Bind(object formatter)
    {
        var type = formatter.GetType();
        const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        var mimeType = type.GetProperty("MimeType", Any)?.GetValue(formatter) as string ?? throw new MissingMemberException(type.Name, "MimeType");
        var format = type.GetMethod("Format", Any, [typeof(object), typeof(TextWriter)]) ?? throw new MissingMethodException(type.Name, "Format");
        return (mimeType, format.CreateDelegate<Func<object, TextWriter, bool>>(formatter));
    }

    private static Exception Innermost(Exception exception) =>
        exception is TargetInvocationException { InnerException: { } inner } ? Innermost(inner) : exception;
}
